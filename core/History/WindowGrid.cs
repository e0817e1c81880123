using System.Collections.Concurrent;

namespace Plantroom;

/// <summary>
/// Where windows begin.
/// <list type="bullet">
/// <item>Parts of the calendar begin at local midnight, weeks on Mondays; where midnight is left out, when the clocks are changed.</item>
/// <item>Lengths that divide a day begin at local midnight and at multiples of themselves on the local clock. Where the clocks are changed
/// by a whole number of windows, the windows go on, each of its usual length: in the hour that comes twice, quarter hours do, too. Longer
/// windows are shorter or longer by what the clocks are changed.</item>
/// <item>Other lengths of time begin at multiples of themselves since 1970 UTC.</item>
/// </list>
/// The first window begins with year 1, the last one ends with year 9999, UTC.
/// </summary>
/// <remarks>
/// May be used from several threads; one grid is meant to be shared by all points of a request. It remembers what it has found out about
/// the clocks, at most about 180 years of days; after that a question costs some ten nanoseconds.
/// </remarks>
public sealed class WindowGrid
{
    private const int MostPages = 1024;

    private readonly ConcurrentDictionary<long, GridPage> pages = new();
    private readonly WindowLength length;
    private readonly ZoneClock clock;
    private readonly long step;
    private volatile GridPage? last;

    /// <summary>Makes a grid.</summary>
    /// <param name="length">The length of the windows.</param>
    /// <param name="zone">Whose clock and calendar.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not one that <see cref="WindowLength"/> allows.</exception>
    public WindowGrid(WindowLength length, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (!length.IsValid) throw new ArgumentOutOfRangeException(nameof(length), $"{length.Count} {length.Unit} {WindowLength.Expectation}.");
        this.length = length;
        clock = new(zone);
        var isEven = !length.IsCalendar && (zone.Equals(TimeZoneInfo.Utc) || TimeSpan.TicksPerDay % length.Usual.Ticks != 0);
        step = isEven ? length.Usual.Ticks : 0;
    }

    /// <summary>The start of the window that a moment lies in, UTC.</summary>
    public DateTime StartOf(DateTime utc)
    {
        var ticks = Math.Min(utc.Ticks, DateTime.MaxValue.Ticks - 1);
        return new(step > 0 ? Math.Max(0, EvenStart(ticks)) : PageOf(ticks).StartOf(ticks), DateTimeKind.Utc);
    }

    /// <summary>The end of the window that a moment lies in, UTC: the start of the next one, except at the end of year 9999.</summary>
    public DateTime Next(DateTime utc)
    {
        var ticks = Math.Min(utc.Ticks, DateTime.MaxValue.Ticks - 1);
        return new(step > 0 ? Math.Min(DateTime.MaxValue.Ticks, EvenStart(ticks) + step) : PageOf(ticks).Next(ticks), DateTimeKind.Utc);
    }

    private long EvenStart(long ticks) =>
        DateTime.UnixEpoch.Ticks + (CalendarCount.Floor(ticks - DateTime.UnixEpoch.Ticks, step) * step);

    private GridPage PageOf(long ticks)
    {
        var page = last;
        if (page is not null && page.Holds(ticks)) return page;
        page = page?.To == ticks ? Page(page.Number + 1) : Page(NumberOf(ticks));

        // Clocks that were set back over midnight show a part of the calendar that is over.
        while (!page.Holds(ticks)) page = Page(page.Number + 1);
        last = page;
        return page;
    }

    private long NumberOf(long ticks) =>
        CalendarCount.Floor(CalendarCount.Of(GridPageBuilder.Frame(length), clock.Local(ticks)), GridPageBuilder.Parts);

    private GridPage Page(long number)
    {
        if (pages.TryGetValue(number, out var page)) return page;
        if (pages.Count >= MostPages) pages.Clear();
        return pages[number] = new GridPageBuilder(length, clock).Build(number);
    }
}
