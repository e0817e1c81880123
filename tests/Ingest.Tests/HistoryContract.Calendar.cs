using System.Globalization;

namespace Plantroom.Ingest.Tests;

/// <content>Windows of the local clock and calendar, against tables made by hand.</content>
public abstract partial class HistoryContract
{
    private const int HoursOfYear = 9_100;

    /// <summary>A reading an hour from the last day of 2023, with its number as the value.</summary>
    private static readonly DateTime FirstHour = new(2023, 12, 31, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Zone, length, and where windows begin and end, UTC: clocks of 2024.</summary>
    public static TheoryData<string, string, string> Tables => new()
    {
        { "UTC", "1mo", "2024-02-01T00 2024-03-01T00 2024-04-01T00" },
        { "UTC", "1d", "2024-02-28T00 2024-02-29T00 2024-03-01T00" },
        { "UTC", "1y", "2024-01-01T00 2025-01-01T00" },
        { "Europe/Berlin", "1d", "2024-03-29T23 2024-03-30T23 2024-03-31T22 2024-04-01T22" },
        { "Europe/Berlin", "1d", "2024-10-25T22 2024-10-26T22 2024-10-27T23 2024-10-28T23" },
        { "Europe/Berlin", "1w", "2024-03-17T23 2024-03-24T23 2024-03-31T22 2024-04-07T22" },
        { "Europe/Berlin", "1w", "2024-12-22T23 2024-12-29T23 2025-01-05T23" },
        { "Europe/Berlin", "1mo", "2023-12-31T23 2024-01-31T23 2024-02-29T23 2024-03-31T22 2024-04-30T22" },
        { "Europe/Berlin", "1mo", "2024-09-30T22 2024-10-31T23 2024-11-30T23" },
        { "Europe/Berlin", "3mo", "2023-12-31T23 2024-03-31T22 2024-06-30T22 2024-09-30T22 2024-12-31T23" },
        { "Europe/Berlin", "1y", "2023-12-31T23 2024-12-31T23" },
        { "Europe/Berlin", "6h", "2024-03-30T23 2024-03-31T04 2024-03-31T10 2024-03-31T16 2024-03-31T22" },
        { "Europe/Berlin", "6h", "2024-10-26T22 2024-10-27T05 2024-10-27T11 2024-10-27T17 2024-10-27T23" },
        { "Europe/Berlin", "2h", "2024-03-30T23 2024-03-31T01 2024-03-31T02 2024-03-31T04" },
        { "Europe/Berlin", "1h", "2024-10-26T23 2024-10-27T00 2024-10-27T01 2024-10-27T02" },
        { "America/New_York", "1d", "2024-03-09T05 2024-03-10T05 2024-03-11T04 2024-03-12T04" },
        { "America/New_York", "1d", "2024-11-02T04 2024-11-03T04 2024-11-04T05 2024-11-05T05" },
        { "Africa/Cairo", "1d", "2024-04-24T22 2024-04-25T22 2024-04-26T21 2024-04-27T21" },
        { "Africa/Cairo", "1d", "2024-10-29T21 2024-10-30T21 2024-10-31T22 2024-11-01T22" },
        { "Asia/Kolkata", "1d", "2024-06-01T18:30 2024-06-02T18:30 2024-06-03T18:30" },
        { "Asia/Kolkata", "1h", "2024-06-01T18:30 2024-06-01T19:30 2024-06-01T20:30" },
        { "Asia/Shanghai", "1mo", "2024-01-31T16 2024-02-29T16 2024-03-31T16" },
        { "Australia/Lord_Howe", "1d", "2024-04-05T13 2024-04-06T13 2024-04-07T13:30 2024-04-08T13:30" },
        { "Australia/Lord_Howe", "1d", "2024-10-04T13:30 2024-10-05T13:30 2024-10-06T13 2024-10-07T13" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Windows_OfTheLocalClock_AreThoseOfTheTable(string zone, string every, string table)
    {
        var point = NewPoint();
        Write([.. Enumerable.Range(0, HoursOfYear).Select(i => new Reading(point, FirstHour.AddHours(i), i))]);
        var bounds = table.Split(' ').Select(ParseHour).ToArray();
        Assert.True(WindowLength.TryParse(every, out var length));
        var request = new WindowRequest([point], new(bounds[0], bounds[^1]), length) { Zone = TimeZoneInfo.FindSystemTimeZoneById(zone) };

        var windows = Assert.Single(await History.WindowsAsync(request, Cancel)).Items;

        Assert.Equal(bounds[..^1], windows.Select(w => w.Start));
        Assert.Equal(bounds[1..], windows.Select(w => w.End));
        Assert.All(windows, w =>
        {
            var first = (int)Math.Ceiling((w.Start - FirstHour).TotalHours);
            var values = Enumerable.Range(first, (int)Math.Ceiling((w.End - FirstHour).TotalHours) - first).Select(i => (double)i).ToArray();
            Assert.Equal((values.Length, values[0], values[^1]), ((int)w.Count, w.Min, w.Max));
            Assert.Equal(values.Sum(), w.Sum, 1e-6);
            Assert.Equal(values.Average(), w.Mean, 1e-6);
            Assert.Equal(new Sample(FirstHour.AddHours(first), values[0]), w.First);
            Assert.Equal(values[^1], w.Last!.Value.Value);
        });
    }

    [Fact]
    public async Task Windows_OfMonths_TellHowFarACounterRoseInEach()
    {
        var point = NewPoint();
        Write([.. Enumerable.Range(0, HoursOfYear).Select(i => new Reading(point, FirstHour.AddHours(i), i % 1000))]);
        var year = new TimeRange(ParseHour("2023-12-31T23"), ParseHour("2024-12-31T23"));
        var request = new WindowRequest([point], year, new(1, WindowUnit.Month))
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Extras = WindowExtras.Increase,
        };

        var months = Assert.Single(await History.WindowsAsync(request, Cancel)).Items;

        // Eight falls, from 999 to 0, each show no rise where there was one of 1.
        Assert.Equal([744, 696, 743, 720, 744, 720, 744, 744, 720, 745, 720, 744], months.Select(m => m.Count));
        Assert.Equal([744, 695, 742, 720, 743, 719, 743, 744, 719, 744, 719, 744], months.Select(m => m.Increase!.Value));
        Assert.Equal(await History.CounterIncreaseAsync(point, year, Cancel), months.Sum(m => m.Increase));
    }

    [Fact]
    public async Task Windows_OfDays_HoldAValueAsLongAsTheDayIs()
    {
        var point = NewPoint();
        Write(new Reading(point, ParseHour("2024-03-01T00"), 1), new Reading(point, ParseHour("2024-04-01T10"), 0));
        var request = new WindowRequest([point], new(ParseHour("2024-03-29T23"), ParseHour("2024-04-01T22")), new(1, WindowUnit.Day))
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Extras = WindowExtras.InState | WindowExtras.TimeWeightedMean,
        };

        var days = Assert.Single(await History.WindowsAsync(request, Cancel)).Items;

        Assert.Equal([0, 0, 1], days.Select(d => d.Count));
        Assert.Equal([24, 23, 12], days.Select(d => d.InState!.Value.TotalHours));
        Assert.Equal([1, 1, 0.5], days.Select(d => d.TimeWeightedMean));
    }

    private static DateTime ParseHour(string text) =>
        DateTime.ParseExact(text, ["yyyy-MM-dd'T'HH", "yyyy-MM-dd'T'HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
}
