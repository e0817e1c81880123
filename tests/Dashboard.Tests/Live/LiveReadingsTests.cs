using Plantroom.Dashboard.Live;
using Plantroom.TestKit;

namespace Plantroom.Dashboard.Tests.Live;

public sealed class LiveReadingsTests
{
    private static readonly PointId Level = PointId.Intern("hq/SP-9/level");
    private static readonly DateTime Noon = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly SetBackClock clock = new(new ManualClock(new(Noon)));
    private readonly LiveReadings readings;

    public LiveReadingsTests() => readings = new(clock);

    [Fact]
    public void Take_OlderThanKnown_KeepsTheNewer()
    {
        Assert.True(readings.Take([new(Level, Noon, 1.5)]));
        Assert.False(readings.Take([new(Level, Noon.AddSeconds(-1), 0.4)]));

        Assert.Equal(1.5, readings[Level]!.Value.Value);
        Assert.Equal(Noon, readings.NewestTime);
    }

    [Fact]
    public void Take_SameTimeAgain_TakesTheCorrection()
    {
        readings.Take([new(Level, Noon, 1.5), new(Level, Noon, 1.6)]);

        Assert.Equal(1.6, readings[Level]!.Value.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Take_AfterTheClockWasSetBack_TakesWhatComesNow(bool stored)
    {
        readings.Take([new(Level, Noon, 1.5)], stored);
        clock.SetBack(TimeSpan.FromHours(1));

        Assert.True(readings.Take([new(Level, Noon.AddHours(-1), 0.4)]));

        Assert.Equal(0.4, readings[Level]!.Value.Value);
        Assert.Equal(Noon.AddHours(-1), readings.NewestTime);
    }

    [Fact]
    public void Take_OlderThanKnownFromADeviceAheadOfUs_KeepsTheNewer()
    {
        readings.Take([new(Level, Noon.AddSeconds(30), 1.5)]);

        Assert.False(readings.Take([new(Level, Noon.AddSeconds(20), 0.4)]));
        Assert.False(readings.Take([new(Level, Noon.AddSeconds(20), 0.4)], stored: true));
    }

    [Fact]
    public void Point_NeverSeen_HasNoReading()
    {
        var last = PointId.Intern("hq/SP-9/other");
        for (var i = 0; i < 600; i++) last = PointId.Intern($"hq/SP-9/p{i}");

        Assert.Null(readings[last]);
        readings.Take([new(last, Noon, 7)]);
        Assert.Equal(7, readings[last]!.Value.Value);
        Assert.Null(readings[Level]);
    }

    [Fact]
    public void Take_ManyReadings_AllocatesNothing()
    {
        var batch = Enumerable.Range(0, 500).Select(i => new Reading(Level, Noon.AddMilliseconds(i), i)).ToArray();
        readings.Take(batch);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++) readings.Take(batch);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
