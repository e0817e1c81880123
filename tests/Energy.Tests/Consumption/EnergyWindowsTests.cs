using FsCheck;
using FsCheck.Fluent;
using Plantroom.Energy.Consumption;

namespace Plantroom.Energy.Tests.Consumption;

public sealed class EnergyWindowsTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData("1min", 1)]
    [InlineData("15min", 15)]
    [InlineData("60min", 60)]
    [InlineData("1h", 60)]
    [InlineData("1d", 1440)]
    public void Length_ValidText_IsThatLong(string text, int minutes)
    {
        Assert.True(EnergyWindows.TryParse(text, out var length));
        Assert.Equal(TimeSpan.FromMinutes(minutes), length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("min")]
    [InlineData("0min")]
    [InlineData("015min")]
    [InlineData("61min")]
    [InlineData("-1min")]
    [InlineData("1.5min")]
    [InlineData("1 h")]
    [InlineData("2h")]
    [InlineData("2d")]
    [InlineData("1w")]
    [InlineData("1440min")]
    public void Length_InvalidText_IsRefused(string? text) => Assert.False(EnergyWindows.TryParse(text, out _));

    [Fact]
    public void Hours_RangeOffTheHour_ChangeOnTheHourInUtc()
    {
        // Kathmandu's clocks are 5:45 ahead, which hours do not care about.
        var windows = Cut("2026-06-01T08:20:00Z", "2026-06-01T10:10:00Z", TimeSpan.FromHours(1), "Asia/Kathmandu");
        Assert.Equal(["08:20-09:00", "09:00-10:00", "10:00-10:10"], windows.Select(w => $"{w.From:HH:mm}-{w.To:HH:mm}"));
    }

    [Fact]
    public void Days_OfASite_ChangeAtItsMidnight()
    {
        var windows = Cut("2026-05-31T12:00:00Z", "2026-06-02T16:00:00Z", Day, "Asia/Shanghai");
        Assert.Equal(["31 12", "31 16", "01 16"], windows.Select(w => $"{w.From:dd HH}"));
        Assert.Equal([4.0, 24, 24], windows.Select(w => w.Length.TotalHours));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-28T23:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-24T22:00:00Z", 25)]
    [InlineData("America/New_York", "2026-03-08T05:00:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01T04:00:00Z", 25)]
    [InlineData("Australia/Lord_Howe", "2026-04-04T13:00:00Z", 24.5)]
    [InlineData("Africa/Cairo", "2026-04-23T22:00:00Z", 23)] // skips midnight
    [InlineData("America/Havana", "2026-11-01T04:00:00Z", 25)] // midnight comes twice
    [InlineData("America/Sao_Paulo", "2018-11-04T03:00:00Z", 23)] // skips midnight
    public void Days_ClocksChange_AreAsLongAsTheyWere(string zone, string start, double hours)
    {
        var from = At(start);
        var windows = EnergyWindows.Cut(new(from.AddDays(-2), from.AddDays(3)), Day, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToList();
        Assert.Equal(hours, Assert.Single(windows, w => w.From == from).Length.TotalHours);
        Assert.All(windows[1..^1].Where(w => w.From != from), w => Assert.Equal(24, w.Length.TotalHours));
    }

    [Fact]
    public void Days_DayThatWasLeftOut_HasNoWindow()
    {
        // Samoa went from 29 to 31 December 2011. The system's zone data are an hour off for that moment, but nothing is lost or empty.
        var windows = Cut("2011-12-29T10:00:00Z", "2012-01-01T10:00:00Z", Day, "Pacific/Apia");
        Assert.Equal(3, windows.Count);
        Assert.All(windows, w => Assert.InRange(w.Length.TotalHours, 23, 25));
        Assert.Equal(72, windows.Sum(w => w.Length.TotalHours));
    }

    [Fact]
    public void AnyLength_EndOfTheCalendar_Ends()
    {
        var range = new TimeRange(DateTime.MaxValue.AddDays(-1), DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));
        foreach (var zone in (string[])["UTC", "Asia/Shanghai", "Pacific/Honolulu"])
        {
            foreach (var length in (TimeSpan[])[Day, TimeSpan.FromHours(1)])
            {
                var windows = EnergyWindows.Cut(
                    range with { From = DateTime.SpecifyKind(range.From, DateTimeKind.Utc) }, length, TimeZoneInfo.FindSystemTimeZoneById(zone));
                Assert.Equal(range.To, windows.Last().To);
            }
        }
    }

    [Fact]
    public void AnyRange_IsCutWithoutGapOrOverlap()
    {
        string[] zones = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu"];
        var question =
            from zone in Gen.Elements(zones)
            from minute in Gen.Choose(0, 1_000_000)
            from length in Gen.Choose(1, 60_000)
            from every in Gen.Elements("1min", "7min", "15min", "1h", "1d")
            select (zone, minute, length, every);
        Prop.ForAll(question.ToArbitrary(), q =>
        {
            var from = new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(q.minute);
            var range = new TimeRange(from, from.AddMinutes(q.length));
            Assert.True(EnergyWindows.TryParse(q.every, out var length));

            var windows = EnergyWindows.Cut(range, length, TimeZoneInfo.FindSystemTimeZoneById(q.zone)).ToList();

            Assert.Equal(range, new(windows[0].From, windows[^1].To));
            Assert.All(windows.Zip(windows.Skip(1)), p => Assert.Equal(p.First.To, p.Second.From));
            var longest = length == Day ? Day + TimeSpan.FromHours(1) : length;
            Assert.All(windows, w => Assert.InRange(w.Length, TimeSpan.FromTicks(1), longest));
        }).QuickCheckThrowOnFailure();
    }

    private static List<TimeRange> Cut(string from, string to, TimeSpan length, string zone) =>
        [.. EnergyWindows.Cut(new(At(from), At(to)), length, TimeZoneInfo.FindSystemTimeZoneById(zone))];

    private static DateTime At(string text) => QueryTime.TryParse(text, out var time) ? time : throw new FormatException(text);
}
