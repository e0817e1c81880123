namespace Plantroom.Ingest.Http;

/// <summary>How many windows a range has, told before any is made.</summary>
internal static class WindowCount
{
    private static readonly TimeSpan ClockChange = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestMonth = TimeSpan.FromDays(28);

    /// <summary>The most windows that overlap a range; just as many as do, unless clocks are changed or months differ.</summary>
    public static long Most(TimeRange range, WindowLength every, TimeZoneInfo zone)
    {
        var shortest = every.Unit is WindowUnit.Month ? ShortestMonth * every.Count : every.Usual;
        if (every.IsCalendar && zone.SupportsDaylightSavingTime) shortest -= ClockChange;
        var length = range.To - new WindowGrid(every, zone).StartOf(range.From);
        return ((length.Ticks - 1) / shortest.Ticks) + (!every.IsCalendar && zone.SupportsDaylightSavingTime ? 2 : 1);
    }

    /// <summary>Cuts a range where windows begin, into parts of about as many windows.</summary>
    public static IEnumerable<TimeRange> Slices(TimeRange range, WindowLength every, TimeZoneInfo zone, int windows)
    {
        var grid = new WindowGrid(every, zone);
        var step = every.Usual * windows;
        while (range.From < range.To)
        {
            var to = range.Length > step ? grid.StartOf(range.From + step) : range.To;
            yield return range with { To = to };
            range = range with { From = to };
        }
    }
}
