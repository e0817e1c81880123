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

    [Theory]
    [InlineData(7, "Asia/Shanghai", "05-26 05-27 05-28 05-29 05-30 05-31 06-01")]
    [InlineData(31, "Asia/Shanghai", "05-04 05-11 05-18 05-25 06-01")]
    [InlineData(365, "Europe/Berlin", "2025-07 2025-09 2025-11 2026-01 2026-03 2026-05")]
    public void Ticks_OfLongTrends_AreDaysMondaysAndMonths(int days, string zone, string labels)
    {
        var (range, site) = (new TimeRange(Noon.AddDays(-days), Noon), TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal(labels, string.Join(' ', TimeAxis.Ticks(range, site).Select(t => TimeAxis.Label(t, range, site))));
        Assert.All(TimeAxis.Ticks(range, site), t => Assert.Equal(TimeSpan.Zero, TimeZoneInfo.ConvertTimeFromUtc(t, site).TimeOfDay));
    }

    [Theory]
    [InlineData(1, 0.0833, "20:00")]
    [InlineData(7, 0.5, "06-01 20:00")]
    [InlineData(365, 24, "2026-06-01")]
    public void Moment_OfAWindow_SaysAsMuchAsTheTrendNeeds(int days, double hours, string text) =>
        Assert.Equal(
            text,
            TimeAxis.Moment(Noon, TimeSpan.FromHours(hours), new(Noon.AddDays(-days), Noon), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")));

    [Fact]
    public void Bars_OfASwitch_AreAsHighAsThePartOfTheTimeButCanBeSeen()
    {
        HistoryWindow[] windows =
        [
            new(At(0), 5, 0.5, 0, 1) { TimeWeightedMean = 0.25 }, new(At(5), 5, 0.1, 0, 1) { TimeWeightedMean = 0.0001 },
            new(At(10), 5, 0, 0, 0) { TimeWeightedMean = 0 }, new(At(15), 0, double.NaN, double.NaN, double.NaN) { TimeWeightedMean = 1 },
        ];

        Assert.Equal([20, 3], new Trend(Hour, Every, windows).Bars(80).Select(static b => b.Height));
    }

    [Theory]
    [InlineData(null, 24, 0.0833333)]
    [InlineData("nonsense", 24, 0.0833333)]
    [InlineData("7d", 168, 0.5)]
    [InlineData("31d", 744, 2)]
    [InlineData("1y", 8760, 24)]
    public void Span_OfAnAddress_IsTheOneOrTheUsual(string? key, double hours, double every)
    {
        var span = TrendSpan.Of(key, new());

        Assert.Equal((hours, every), (span.Length.TotalHours, Math.Round(span.Every.Usual.TotalHours, 7)));
    }

    [Fact]
    public void Spans_UsualOneIsAWeek_OfferNoOtherWeek() =>
        Assert.Equal([null, "31d", "1y"], TrendSpan.All(new() { TrendLength = TimeSpan.FromDays(7) }).Select(static s => s.Key));

    private static DateTime At(int minutes) => Noon.AddMinutes(minutes);

    private static HistoryWindow Window(int minutes, double value) => new(At(minutes), 5, value, value, value);
}
