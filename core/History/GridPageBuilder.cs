namespace Plantroom;

/// <summary>Lays out the windows of a page: of parts of the calendar, or of lengths that divide a day.</summary>
internal sealed class GridPageBuilder(WindowLength length, ZoneClock clock)
{
    /// <summary>How many parts of the calendar (days, for lengths that divide one) share a page.</summary>
    public const int Parts = 64;

    /// <summary>The step of a stretch that is one window.</summary>
    private const long Whole = long.MaxValue;

    private readonly List<long> starts = [];
    private readonly List<long> steps = [];
    private long end;

    /// <summary>What begins at local midnight: the windows themselves, or the days that they divide.</summary>
    public static WindowLength Frame(WindowLength length) => length.IsCalendar ? length : new(1, WindowUnit.Day);

    public GridPage Build(long number)
    {
        var frame = Frame(length);
        var from = Bound(frame, number * Parts);
        for (var i = 1; i <= Parts; i++)
        {
            var to = Bound(frame, (number * Parts) + i);
            end = to;
            if (to > from) AddPart(from);
            from = to;
        }

        return new(number, [.. starts], [.. steps], from);
    }

    private static long Past(long local, long step) => local - (CalendarCount.Floor(local, step) * step);

    private long Bound(WindowLength frame, long part) =>
        Math.Clamp(clock.First(CalendarCount.Start(frame, part)), 0, DateTime.MaxValue.Ticks);

    private void AddPart(long from)
    {
        if (length.IsCalendar)
        {
            Add(from, Whole);
            return;
        }

        var step = length.Usual.Ticks;
        Add(from, step);

        // Where midnight is left out, the first window of the day is shorter.
        if (Past(clock.Local(from), step) is > 0 and var past) Add(from + step - past, step);
        foreach (var change in clock.Changes(from, end))
        {
            // Where the clocks are changed by whole windows, those go on as if nothing was.
            if ((change.After - change.Before) % step == 0) continue;
            if (change.After > change.Before) AddForward(change, step);
            else AddBack(change, step);
        }
    }

    /// <summary>A window that begins in the time that is left out begins at the change.</summary>
    private void AddForward(ClockChange change, long step)
    {
        var (before, after) = (change.At + change.Before, change.At + change.After);
        var past = Past(after, step);
        if (after - past >= before) Add(change.At, step);
        if (past > 0) Add(change.At + step - past, step);
    }

    /// <summary>The window of the change goes on until the clocks have shown all of the repeated time again.</summary>
    private void AddBack(ClockChange change, long step)
    {
        var shown = change.At + change.Before - 1;
        var past = Past(shown, step);
        Add(change.At - 1 - past, Whole);
        Add(change.At + (shown - past + step) - (change.At + change.After), step);
    }

    private void Add(long start, long step)
    {
        if (start >= end) return;
        if (starts.Count > 0 && starts[^1] >= start)
        {
            steps[^1] = step;
            return;
        }

        starts.Add(start);
        steps.Add(step);
    }
}
