using System.Globalization;

namespace Plantroom.Dashboard.Detail;

/// <summary>
/// Where the times of a trend are written and how: at full hours of the site's clock, also on the days when it is changed; longer trends at
/// days, Mondays or the first of a month.
/// </summary>
internal static class TimeAxis
{
    private const int MostTicks = 7;

    /// <summary>From here on, hours are too many.</summary>
    private static readonly TimeSpan Days = TimeSpan.FromDays(2.5);

    private static readonly TimeSpan Weeks = TimeSpan.FromDays(8);
    private static readonly TimeSpan Months = TimeSpan.FromDays(50);
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly int[] HourSteps = [1, 2, 3, 4, 6, 12, 24];

    /// <summary>The moments, UTC, oldest first.</summary>
    public static IEnumerable<DateTime> Ticks(TimeRange range, TimeZoneInfo zone) =>
        range.Length < Days ? Hours(range, zone)
        : range.Length < Weeks ? Starts(range, zone, new(1, WindowUnit.Day))
        : range.Length < Months ? Starts(range, zone, new(1, WindowUnit.Week))
        : Starts(range, zone, new(2, WindowUnit.Month));

    /// <summary>What is written at a tick.</summary>
    public static string Label(DateTime tick, TimeRange range, TimeZoneInfo zone) =>
        Local(tick, zone, range.Length < Days ? "HH:mm" : range.Length < Months ? "MM-dd" : "yyyy-MM");

    /// <summary>The moment of a window.</summary>
    public static string Moment(DateTime start, TimeSpan every, TimeRange range, TimeZoneInfo zone) =>
        Local(start, zone, range.Length < Days ? "HH:mm" : every < TimeSpan.FromDays(1) ? "MM-dd HH:mm" : "yyyy-MM-dd");

    private static IEnumerable<DateTime> Hours(TimeRange range, TimeZoneInfo zone)
    {
        var hours = HourSteps.First(h => range.Length.TotalHours / h <= MostTicks || h == HourSteps[^1]);
        var first = new DateTime(((range.From.Ticks + Quarter.Ticks - 1) / Quarter.Ticks) * Quarter.Ticks, DateTimeKind.Utc);
        for (var at = first; at < range.To; at += Quarter)
        {
            var local = TimeZoneInfo.ConvertTimeFromUtc(at, zone);
            if (local.Minute == 0 && local.Hour % hours == 0) yield return at;
        }
    }

    private static IEnumerable<DateTime> Starts(TimeRange range, TimeZoneInfo zone, WindowLength every)
    {
        var grid = new WindowGrid(every, zone);
        for (var at = grid.Next(range.From); at < range.To; at = grid.Next(at)) yield return at;
    }

    private static string Local(DateTime utc, TimeZoneInfo zone, string format) =>
        TimeZoneInfo.ConvertTimeFromUtc(utc, zone).ToString(format, CultureInfo.InvariantCulture);
}
