using Microsoft.Extensions.Options;
using Plantroom.Dashboard.Live;
using Plantroom.TestKit;

namespace Plantroom.Dashboard.Tests.Live;

public sealed class LiveViewTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly List<LiveTick> ticks = [];
    private readonly LiveView view;

    public LiveViewTests() => view = new(Options.Create(new DashboardOptions()), clock);

    [Fact]
    public void Touch_AfterQuietTime_TellsAtOnce()
    {
        using var watch = view.Watch(ticks.Add);
        Pass(500);

        view.Touch(LiveTick.Alarms);
        Pass(1);

        Assert.Equal([LiveTick.Alarms], ticks);
    }

    [Fact]
    public void Touch_ManyTimesWithinTheInterval_TellsOnce()
    {
        using var watch = view.Watch(ticks.Add);
        view.Touch(LiveTick.Readings);
        Pass(1);
        ticks.Clear();

        for (var i = 0; i < 9; i++)
        {
            view.Touch(i == 4 ? LiveTick.Facility : LiveTick.Readings);
            Pass(10);
        }

        Assert.Empty(ticks);
        Pass(10);
        Assert.Equal([LiveTick.Readings | LiveTick.Facility], ticks);
    }

    [Fact]
    public void Touch_AlarmAmongReadings_DoesNotWaitForThem()
    {
        using var watch = view.Watch(ticks.Add);
        view.Touch(LiveTick.Readings);
        Pass(1);
        view.Touch(LiveTick.Readings);
        ticks.Clear();

        view.Touch(LiveTick.Alarms);
        Pass(1);

        Assert.Equal([LiveTick.Readings | LiveTick.Alarms], ticks);
    }

    [Fact]
    public void Touch_AlarmStorm_IsTakenTogether()
    {
        using var watch = view.Watch(ticks.Add);

        for (var i = 0; i < 500; i++)
        {
            view.Touch(LiveTick.Alarms);
            Pass(1);
        }

        Assert.InRange(ticks.Count, 4, 6);
    }

    [Fact]
    public void Touch_ForASecond_TellsAtMostEveryHundredMilliseconds()
    {
        using var watch = view.Watch(ticks.Add);

        for (var i = 0; i < 1000; i++)
        {
            view.Touch(LiveTick.Readings);
            Pass(1);
        }

        Assert.InRange(ticks.Count, 9, 11);
    }

    [Fact]
    public void Time_WithoutAnyChange_TellsEachSecond()
    {
        using var watch = view.Watch(ticks.Add);

        Pass(3000);

        Assert.Equal([LiveTick.Second, LiveTick.Second, LiveTick.Second], ticks);
    }

    [Fact]
    public void Touch_AfterTheClockWasSetBack_TellsAtOnceAndEachSecond()
    {
        var wall = new SetBackClock(clock);
        using var followed = new LiveView(Options.Create(new DashboardOptions()), wall);
        using var watch = followed.Watch(ticks.Add);
        followed.Touch(LiveTick.Alarms);
        Pass(1);
        wall.SetBack(TimeSpan.FromHours(1));
        Pass(1000);
        ticks.Clear();

        followed.Touch(LiveTick.Alarms);
        Pass(100);
        Assert.Equal([LiveTick.Alarms], ticks);
        Pass(1000);
        Assert.Contains(ticks, static t => t.HasFlag(LiveTick.Second));
    }

    [Fact]
    public void Watch_Disposed_IsNotCalledAgain()
    {
        var watch = view.Watch(ticks.Add);
        view.Touch(LiveTick.Readings);

        watch.Dispose();
        Pass(2000);

        Assert.Empty(ticks);
        Assert.Equal(0, view.Watchers);
    }

    [Fact]
    public void Watch_AfterChangesNobodySaw_IsToldOfThem()
    {
        view.Touch(LiveTick.Alarms);
        Pass(5000);

        using var watch = view.Watch(ticks.Add);
        Pass(1);

        Assert.Equal([LiveTick.Alarms], ticks);
    }

    public void Dispose() => view.Dispose();

    private void Pass(int milliseconds) => clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
