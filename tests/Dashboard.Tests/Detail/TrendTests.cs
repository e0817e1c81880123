using Plantroom.Dashboard.Detail;

namespace Plantroom.Dashboard.Tests.Detail;

public sealed class TrendTests
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);
    private static readonly DateTime Noon = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly TimeRange Hour = new(Noon, Noon.AddHours(1));

    [Theory]
    [InlineData(0.45, 1.42, 0.0, 1.5, 0.5)]
    [InlineData(0, 100, 0, 100, 50)]
    [InlineData(-1, 1, -1, 1, 0.5)]
    [InlineData(231, 233, 231, 233, 0.5)]
    public void Scale_AroundValues_IsRound(double min, double max, double bottom, double top, double step)
    {
        var scale = Scale.Around(min, max);

        Assert.Equal((bottom, top, step), (Math.Round(scale.Min, 9), Math.Round(scale.Max, 9), Math.Round(scale.Step, 9)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7.85)]
    [InlineData(-128_430.6)]
    public void Scale_OfAFlatLine_HasRoomAroundIt(double value)
    {
        var scale = Scale.Around(value, value);

        Assert.InRange(scale.Position(value), 0.1, 0.9);
        Assert.InRange(scale.Lines.Count(), 3, 9);
    }

    [Fact]
    public void Line_WithAGap_IsBroken()
    {
        var trend = new Trend(Hour, Every, [Window(0, 1), Window(5, 2), Window(30, 1), Window(35, 1)]);

        var line = trend.Line(new(0, 2, 1));

        Assert.Equal(2, line.Count(static c => c == 'M'));
        Assert.Equal(2, trend.Band(new(0, 2, 1)).Count(static c => c == 'Z'));
        Assert.StartsWith("M41.67 50L125 0", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_OfASwitch_AreJoinedAndEndAtGaps()
    {
        var trend = new Trend(Hour, Every, [Window(0, 0), Window(5, 1), Window(10, 1), Window(15, 0), Window(40, 0)]);

        Assert.Equal(
            [new(At(0), At(5), 0), new(At(5), At(15), 1), new(At(15), At(20), 0), new(At(40), At(45), 0)],
            trend.Runs());
    }

    [Fact]
    public void Runs_ShortPulseWithinAWindow_IsShown()
    {
        var trend = new Trend(Hour, Every, [new(At(0), 5, 0.2, 0, 1)]);

        Assert.Equal(1, Assert.Single(trend.Runs()).Value);
    }

    [Fact]
    public void Ticks_InShanghai_AreFullHoursThere()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

        var ticks = TimeAxis.Ticks(new(Noon.AddHours(-24).AddMinutes(7), Noon.AddMinutes(7)), zone).ToList();

        Assert.Equal(6, ticks.Count);
        Assert.All(ticks, t => Assert.Equal(0, TimeZoneInfo.ConvertTimeFromUtc(t, zone).Hour % 4));
    }

    [Fact]
    public void Ticks_WhereClocksAreHalfAnHourOff_AreFullHoursThere()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

        Assert.All(TimeAxis.Ticks(Hour, zone), static t => Assert.Equal(30, t.Minute));
        Assert.NotEmpty(TimeAxis.Ticks(Hour, zone));
    }

    private static DateTime At(int minutes) => Noon.AddMinutes(minutes);

    private static HistoryWindow Window(int minutes, double value) => new(At(minutes), 5, value, value, value);
}
