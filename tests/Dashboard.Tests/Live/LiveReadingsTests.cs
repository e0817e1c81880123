using Plantroom.Dashboard.Live;

namespace Plantroom.Dashboard.Tests.Live;

public sealed class LiveReadingsTests
{
    private static readonly PointId Level = PointId.Intern("hq/SP-9/level");
    private static readonly DateTime Noon = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly LiveReadings readings = new();

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
