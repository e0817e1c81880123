namespace Plantroom.Dashboard.Detail;

/// <summary>Where the times of a trend are written: at full hours of the site's clock, also on the days when it is changed.</summary>
internal static class TimeAxis
{
    private const int MostTicks = 7;
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly int[] HourSteps = [1, 2, 3, 4, 6, 12, 24];

    /// <summary>The moments, UTC, oldest first.</summary>
    public static IEnumerable<DateTime> Ticks(TimeRange range, TimeZoneInfo zone)
    {
        var hours = HourSteps.First(h => range.Length.TotalHours / h <= MostTicks || h == HourSteps[^1]);
        var first = new DateTime(((range.From.Ticks + Quarter.Ticks - 1) / Quarter.Ticks) * Quarter.Ticks, DateTimeKind.Utc);
        for (var at = first; at < range.To; at += Quarter)
        {
            var local = TimeZoneInfo.ConvertTimeFromUtc(at, zone);
            if (local.Minute == 0 && local.Hour % hours == 0) yield return at;
        }
    }
}
