using Plantroom.Dashboard.Live;
using Plantroom.Dashboard.Tests.Demo;
using Plantroom.TestKit;

namespace Plantroom.Dashboard.Tests.Live;

public sealed class LiveAlarmsTests
{
    private readonly ManualClock clock = new();
    private readonly LiveAlarms alarms;

    public LiveAlarmsTests() => alarms = new(clock);

    [Fact]
    public void Active_AfterChanges_IsWorstFirst()
    {
        foreach (var alarm in DemoData.Alarms(clock.Now).Reverse()) alarms.Apply(new(alarm, AlarmEvent.Raised, clock.Now));

        Assert.Equal([41L, 42, 43, 44], alarms.Active.Select(static a => a.Id));
    }

    [Fact]
    public void Active_SamePriority_PutsWhatNeedsAPersonFirst()
    {
        var flood = DemoData.Flood(clock.Now);
        Change(flood with { Id = 1, State = AlarmState.ReturnedUnacknowledged });
        Change(flood with { Id = 2, State = AlarmState.Acknowledged });
        Change(flood with { Id = 3, RaisedAt = clock.Now.AddMinutes(-5) });
        Change(flood with { Id = 4 });

        Assert.Equal([4L, 3, 2, 1], alarms.Active.Select(static a => a.Id));
    }

    [Theory]
    [InlineData(AlarmState.Normal, AlarmEvent.Returned)]
    [InlineData(AlarmState.Unacknowledged, AlarmEvent.Withdrawn)]
    public void Active_AlarmOver_IsGoneAndQuietBegins(AlarmState state, AlarmEvent what)
    {
        Change(DemoData.Flood(clock.Now));
        Assert.Null(alarms.QuietSince);
        clock.Advance(TimeSpan.FromMinutes(7));

        alarms.Apply(new(DemoData.Flood(clock.Now) with { State = state }, what, clock.Now));

        Assert.Empty(alarms.Active);
        Assert.Equal(clock.Now, alarms.QuietSince);
    }

    [Fact]
    public async Task Follower_InTime_GetsEveryChangeInOrder()
    {
        using var follower = alarms.Follow(8);
        Change(DemoData.Flood(clock.Now, 1));
        Change(DemoData.Flood(clock.Now, 2));

        Assert.True(await follower.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal([1L, 2], follower.TakeAll()!.Select(static c => c.Alarm.Id));
    }

    [Fact]
    public async Task Follower_TooSlow_IsToldToBeginAgainOnce()
    {
        using var follower = alarms.Follow(2);
        for (var i = 1; i <= 5; i++) Change(DemoData.Flood(clock.Now, i));

        Assert.True(await follower.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Null(follower.TakeAll());
        Change(DemoData.Flood(clock.Now, 6));
        Assert.Equal([6L], follower.TakeAll()!.Select(static c => c.Alarm.Id));
    }

    [Fact]
    public async Task Follower_Disposed_Ends()
    {
        var follower = alarms.Follow(2);
        follower.Dispose();
        Change(DemoData.Flood(clock.Now));

        Assert.False(await follower.WaitAsync(TestContext.Current.CancellationToken));
    }

    private void Change(Alarm alarm) => alarms.Apply(new(alarm, AlarmEvent.Raised, clock.Now));
}
