using System.Globalization;

namespace Plantroom.Core.Tests;

public sealed class WindowGridTests
{
    /// <summary>Where consecutive windows begin, UTC, worked out by hand from the history of the zones' clocks.</summary>
    public static TheoryData<string, string, string> Tables => new()
    {
        // Clocks go forward at 1:00 UTC on 29 March and back at 1:00 UTC on 25 October.
        { "Europe/Berlin", "1d", "2026-03-27T23:00 2026-03-28T23:00 2026-03-29T22:00 2026-03-30T22:00" },
        { "Europe/Berlin", "1d", "2026-10-23T22:00 2026-10-24T22:00 2026-10-25T23:00 2026-10-26T23:00" },
        { "Europe/Berlin", "24h", "2026-10-23T22:00 2026-10-24T22:00 2026-10-25T23:00 2026-10-26T23:00" },
        { "Europe/Berlin", "24h", "2026-03-27T23:00 2026-03-28T23:00 2026-03-29T22:00 2026-03-30T22:00" },
        { "Europe/Berlin", "1w", "2026-03-15T23:00 2026-03-22T23:00 2026-03-29T22:00 2026-04-05T22:00" },
        { "Europe/Berlin", "1mo", "2026-01-31T23:00 2026-02-28T23:00 2026-03-31T22:00 2026-04-30T22:00" },
        { "Europe/Berlin", "1mo", "2026-08-31T22:00 2026-09-30T22:00 2026-10-31T23:00 2026-11-30T23:00" },
        { "Europe/Berlin", "1y", "2023-12-31T23:00 2024-12-31T23:00 2025-12-31T23:00" },
        { "Europe/Berlin", "12h", "2026-03-28T11:00 2026-03-28T23:00 2026-03-29T10:00 2026-03-29T22:00 2026-03-30T10:00" },
        { "Europe/Berlin", "4h", "2026-10-24T18:00 2026-10-24T22:00 2026-10-25T03:00 2026-10-25T07:00" },
        { "Europe/Berlin", "3h", "2026-03-28T23:00 2026-03-29T01:00 2026-03-29T04:00" },
        { "Europe/Berlin", "2h", "2026-03-28T23:00 2026-03-29T01:00 2026-03-29T02:00 2026-03-29T04:00" },
        { "Europe/Berlin", "2h", "2026-10-24T22:00 2026-10-25T00:00 2026-10-25T03:00 2026-10-25T05:00" },
        { "Europe/Berlin", "1h", "2026-03-28T23:00 2026-03-29T00:00 2026-03-29T01:00 2026-03-29T02:00" },
        { "Europe/Berlin", "1h", "2026-10-24T23:00 2026-10-25T00:00 2026-10-25T01:00 2026-10-25T02:00" },
        { "Europe/Berlin", "15min", "2026-10-25T00:45 2026-10-25T01:00 2026-10-25T01:15" },
        { "Europe/Berlin", "20min", "2026-03-29T00:40 2026-03-29T01:00 2026-03-29T01:20" },

        // Forward on 8 March at 7:00 UTC, back on 1 November at 6:00 UTC.
        { "America/New_York", "1d", "2026-03-07T05:00 2026-03-08T05:00 2026-03-09T04:00 2026-03-10T04:00" },
        { "America/New_York", "1d", "2026-10-31T04:00 2026-11-01T04:00 2026-11-02T05:00" },
        { "America/New_York", "2h", "2026-03-08T05:00 2026-03-08T07:00 2026-03-08T08:00 2026-03-08T10:00" },
        { "America/New_York", "3h", "2026-11-01T04:00 2026-11-01T08:00 2026-11-01T11:00" },

        // Midnight of 15 October 2017 was left out; the hour before midnight of 18 February 2018 came twice.
        { "America/Sao_Paulo", "1d", "2017-10-13T03:00 2017-10-14T03:00 2017-10-15T03:00 2017-10-16T02:00" },
        { "America/Sao_Paulo", "1d", "2018-02-16T02:00 2018-02-17T02:00 2018-02-18T03:00 2018-02-19T03:00" },
        { "America/Sao_Paulo", "2h", "2017-10-15T01:00 2017-10-15T03:00 2017-10-15T04:00 2017-10-15T06:00" },
        { "America/Sao_Paulo", "2h", "2018-02-17T22:00 2018-02-18T00:00 2018-02-18T03:00 2018-02-18T05:00" },
        { "America/Sao_Paulo", "1h", "2018-02-18T00:00 2018-02-18T01:00 2018-02-18T02:00 2018-02-18T03:00" },
        { "America/Sao_Paulo", "24h", "2017-10-14T03:00 2017-10-15T03:00 2017-10-16T02:00" },

        // Beirut: forward at midnight of 27 March 2022, back at midnight of 30 October 2022 (21:00 UTC of the 29th).
        { "Asia/Beirut", "1d", "2022-03-25T22:00 2022-03-26T22:00 2022-03-27T21:00" },
        { "Asia/Beirut", "1d", "2022-10-27T21:00 2022-10-28T21:00 2022-10-29T22:00 2022-10-30T22:00" },
        { "Africa/Cairo", "1d", "2024-04-24T22:00 2024-04-25T22:00 2024-04-26T21:00" },
        { "Africa/Cairo", "1d", "2024-10-30T21:00 2024-10-31T22:00 2024-11-01T22:00" },
        { "Africa/Cairo", "1w", "2024-10-20T21:00 2024-10-27T21:00 2024-11-03T22:00" },

        // Half an hour and more beside UTC, and clocks changed by half an hour (5 April 2026 back, 4 October forward).
        { "Asia/Kolkata", "1d", "2026-05-31T18:30 2026-06-01T18:30 2026-06-02T18:30" },
        { "Asia/Kolkata", "1h", "2026-05-31T18:30 2026-05-31T19:30" },
        { "Asia/Kolkata", "15min", "2026-05-31T18:30 2026-05-31T18:45" },
        { "Asia/Kathmandu", "1h", "2026-05-31T18:15 2026-05-31T19:15" },
        { "Asia/Kathmandu", "1mo", "2026-01-31T18:15 2026-02-28T18:15" },
        { "Australia/Lord_Howe", "1d", "2026-04-03T13:00 2026-04-04T13:00 2026-04-05T13:30" },
        { "Australia/Lord_Howe", "1h", "2026-04-04T13:00 2026-04-04T14:00 2026-04-04T15:30 2026-04-04T16:30" },
        { "Australia/Lord_Howe", "30min", "2026-04-04T14:30 2026-04-04T15:00 2026-04-04T15:30" },
        { "Australia/Lord_Howe", "1d", "2026-10-02T13:30 2026-10-03T13:30 2026-10-04T13:00" },
        { "Australia/Lord_Howe", "1h", "2026-10-03T14:30 2026-10-03T15:30 2026-10-03T16:00 2026-10-03T17:00" },

        // 30 December 2011 did not take place: from UTC-10 to UTC+14 at its midnight.
        { "Pacific/Apia", "1d", "2011-12-28T10:00 2011-12-29T10:00 2011-12-30T10:00 2011-12-31T10:00" },
        { "Pacific/Apia", "2d", "2011-12-28T10:00 2011-12-30T10:00 2011-12-31T10:00 2012-01-02T10:00" },
        { "Pacific/Apia", "1w", "2011-12-19T10:00 2011-12-26T10:00 2012-01-01T10:00 2012-01-08T10:00" },
        { "Pacific/Apia", "1h", "2011-12-30T09:00 2011-12-30T10:00 2011-12-30T11:00" },

        // Summer time from 4 May 1986 2:00 (18:00 UTC of the 3rd) to 14 September 1986 2:00 summer time (17:00 UTC of the 13th).
        { "Asia/Shanghai", "1d", "1986-05-02T16:00 1986-05-03T16:00 1986-05-04T15:00 1986-05-05T15:00" },
        { "Asia/Shanghai", "1d", "1986-09-12T15:00 1986-09-13T15:00 1986-09-14T16:00" },
        { "Asia/Shanghai", "1mo", "1986-04-30T16:00 1986-05-31T15:00" },
        { "Asia/Shanghai", "1d", "2026-05-02T16:00 2026-05-03T16:00" },

        // One minute after midnight, back to the day before: 6 November 2011 began, and its first hour was told again.
        { "America/St_Johns", "1d", "2011-11-05T02:30 2011-11-06T02:30 2011-11-07T03:30" },
        { "America/St_Johns", "2h", "2011-11-06T00:30 2011-11-06T02:30 2011-11-06T05:30 2011-11-06T07:30" },

        // 30 March 1919, from 23:30 to 0:30 of the 31st.
        { "America/Toronto", "1h", "1919-03-31T04:00 1919-03-31T04:30 1919-03-31T05:00 1919-03-31T06:00" },
        { "America/Toronto", "1d", "1919-03-30T05:00 1919-03-31T04:30 1919-04-01T04:00" },

        // The calendar itself.
        { "UTC", "1d", "2024-02-28T00:00 2024-02-29T00:00 2024-03-01T00:00" },
        { "UTC", "1mo", "2024-02-01T00:00 2024-03-01T00:00" },
        { "UTC", "1mo", "2100-02-01T00:00 2100-03-01T00:00" },
        { "UTC", "1y", "2024-01-01T00:00 2025-01-01T00:00" },
        { "UTC", "3mo", "2025-10-01T00:00 2026-01-01T00:00 2026-04-01T00:00" },
        { "UTC", "12mo", "2025-01-01T00:00 2026-01-01T00:00" },
        { "UTC", "1w", "2020-12-28T00:00 2021-01-04T00:00" },
        { "UTC", "1w", "2024-12-23T00:00 2024-12-30T00:00 2025-01-06T00:00" },
        { "UTC", "1w", "1969-12-22T00:00 1969-12-29T00:00 1970-01-05T00:00" },
        { "UTC", "2w", "1969-12-22T00:00 1970-01-05T00:00 1970-01-19T00:00" },
        { "UTC", "7h", "1969-12-31T17:00 1970-01-01T00:00 1970-01-01T07:00" },
        { "Europe/Berlin", "7h", "1970-01-01T00:00 1970-01-01T07:00" },
        { "UTC", "48h", "1969-12-30T00:00 1970-01-01T00:00 1970-01-03T00:00" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void Grid_OfAZone_IsThatOfTheTable(string zone, string every, string table)
    {
        Assert.True(WindowLength.TryParse(every, out var length));
        var grid = new WindowGrid(length, TimeZoneInfo.FindSystemTimeZoneById(zone));
        var starts = table.Split(' ').Select(Parse).ToArray();
        foreach (var (start, end) in starts.Zip(starts.Skip(1)))
        {
            Assert.Equal(start, grid.StartOf(start));
            Assert.Equal(end, grid.Next(start));
            Assert.Equal(start, grid.StartOf(end.AddTicks(-1)));
            Assert.Equal(end, grid.Next(end.AddTicks(-1)));
            Assert.Equal(start, new WindowGrid(length, TimeZoneInfo.FindSystemTimeZoneById(zone)).StartOf(start + ((end - start) / 2)));
        }
    }

    [Theory]
    [InlineData("1ms")]
    [InlineData("15min")]
    [InlineData("7h")]
    [InlineData("1d")]
    [InlineData("400d")]
    [InlineData("57w")]
    [InlineData("1mo")]
    [InlineData("5mo")]
    [InlineData("1y")]
    public void Grid_AtTheEndsOfTime_DoesNotLeaveThem(string every)
    {
        Assert.True(WindowLength.TryParse(every, out var length));
        foreach (var zone in (string[])["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"])
        {
            var grid = new WindowGrid(length, TimeZoneInfo.FindSystemTimeZoneById(zone));
            Assert.Equal(DateTime.MinValue, grid.StartOf(DateTime.MinValue));
            Assert.InRange(grid.Next(DateTime.MinValue), DateTime.MinValue.AddTicks(1), DateTime.MinValue.AddDays(800));
            Assert.Equal(DateTime.MaxValue, grid.Next(DateTime.MaxValue));
            Assert.InRange(grid.StartOf(DateTime.MaxValue), DateTime.MaxValue.AddDays(-800), DateTime.MaxValue.AddTicks(-1));
            Assert.Equal(DateTimeKind.Utc, grid.Next(DateTime.MinValue).Kind);
            Assert.Equal(DateTimeKind.Utc, grid.StartOf(DateTime.MaxValue).Kind);
        }
    }

    [Theory]
    [InlineData("1mo", 119_988)]
    [InlineData("1w", 521_723)]
    public void Grid_FromYearOneToTheEnd_IsCountedThrough(string every, int expected)
    {
        Assert.True(WindowLength.TryParse(every, out var length));
        foreach (var zone in (string[])["UTC", "Europe/Berlin"])
        {
            var grid = new WindowGrid(length, TimeZoneInfo.FindSystemTimeZoneById(zone));
            var windows = 0;
            for (var start = DateTime.MinValue; start < DateTime.MaxValue; start = grid.Next(start)) windows++;
            Assert.InRange(windows, expected, expected + 1); // where clocks are ahead, a last window begins in year 9999 UTC
        }
    }

    [Theory]
    [InlineData(0, WindowUnit.Day)]
    [InlineData(-1, WindowUnit.Hour)]
    [InlineData(int.MaxValue, WindowUnit.Hour)]
    [InlineData(401, WindowUnit.Day)]
    [InlineData(2, WindowUnit.Year)]
    [InlineData(1, (WindowUnit)99)]
    public void Grid_LengthThatIsNone_Throws(int count, WindowUnit unit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WindowGrid(new(count, unit), TimeZoneInfo.Utc));

    private static DateTime Parse(string text) => DateTime.ParseExact(
        text, "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
