namespace Plantroom;

/// <summary>
/// Makes windows of one point out of its readings, or of summaries of stretches that each lie in one window, given in the order of time.
/// <code>
/// new(request, grid, before)  Add(...)*  End(at)
/// </code>
/// </summary>
/// <remarks>Every store makes its windows with it, so that all stores answer alike. For one thread.</remarks>
public sealed class WindowBuilder
{
    private const int Few = 512;

    private readonly WindowRequest request;
    private readonly WindowGrid grid;
    private readonly List<HistoryWindow> windows = [];
    private Sample? before;
    private Summary summary;
    private DateTime start;
    private DateTime end;
    private double inState;

    /// <summary>Starts with the first window of the range.</summary>
    /// <param name="request">Range and what is wanted of the windows.</param>
    /// <param name="grid">Where windows begin; may be shared by the points of a request.</param>
    /// <param name="before">The last good reading before the range, if there is one; only needed with <see cref="WindowExtras"/>.</param>
    public WindowBuilder(WindowRequest request, WindowGrid grid, Sample? before)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(grid);
        (this.request, this.grid, this.before) = (request, grid, before);
        Open(grid.StartOf(request.Range.From));
    }

    /// <summary>Whether there are as many windows as were asked for, so that nothing more needs to be added.</summary>
    public bool IsFull => windows.Count >= request.Limit;

    /// <summary>The end of the window that is being filled: stretches must not reach over it.</summary>
    public DateTime WindowEnd => end;

    /// <summary>Whether windows without readings are answered, too.</summary>
    private bool Holds => request.Extras != WindowExtras.None;

    /// <summary>Whether the window is answered as far as it is known.</summary>
    private bool HasValue => summary.Count > 0 || (Holds && before is not null);

    /// <summary>The part of the window that is within the range.</summary>
    private DateTime From => start > request.Range.From ? start : request.Range.From;

    private DateTime To => end < request.Range.To ? end : request.Range.To;

    /// <summary>Adds a good reading within the range.</summary>
    public void Add(DateTime time, double value)
    {
        if (time >= end) Reach(new(time, value));
        HoldState(time);
        summary.Add(time, value);
    }

    /// <summary>Adds a stretch within the range and within one window.</summary>
    /// <param name="stretch">Its summary.</param>
    /// <param name="inStretch">How many ms of it, from its first to its last reading, the value was the asked state.</param>
    public void Add(in Summary stretch, double inStretch = 0)
    {
        if (stretch.Count == 0) return;
        if (stretch.First.Time >= end) Reach(stretch.First);
        HoldState(stretch.First.Time);
        inState += inStretch;
        summary.Append(stretch);
    }

    /// <summary>Ends the last window.</summary>
    /// <param name="at">The good reading exactly at the end of the range, if there is one: it shows the last window's rise.</param>
    public IReadOnlyList<HistoryWindow> End(Sample? at = null)
    {
        if (request.Range.From >= request.Range.To) return windows;
        while (start < request.Range.To && HasValue && !IsFull) Close(end >= request.Range.To ? at : null);
        return windows;
    }

    /// <summary>Moves on to the window of a reading. Windows that are not answered are not looked at one by one.</summary>
    private void Reach(Sample reading)
    {
        while (reading.Time >= end && HasValue && !IsFull) Close(reading.Time == end ? reading : null);
        if (reading.Time >= end) Open(grid.StartOf(reading.Time));
    }

    /// <summary>Ends a window that has a value.</summary>
    /// <param name="atEnd">The reading exactly at its end: the rise up to it is the window's.</param>
    private void Close(Sample? atEnd)
    {
        HoldState(To);
        if (windows.Count == windows.Capacity && windows.Count >= Few) MakeRoom();
        windows.Add(Window(atEnd));
        if (summary.Count > 0) before = summary.Last;
        Open(end);
    }

    /// <summary>Room for all windows, if they go on as densely as so far: they are large, and copied each time the room is too small.</summary>
    private void MakeRoom()
    {
        var (first, range) = (windows[0].Start, request.Range);
        var (count, expected) = (windows.Count, windows.Count * ((range.To - first) / (start - first)));
        var most = Math.Max(2L * count, Math.Min(128L * count, count + 250_000));
        windows.EnsureCapacity((int)Math.Clamp(Math.Min(expected + 8, request.Limit), count + 1, Math.Min(most, Array.MaxLength)));
    }

    private void Open(DateTime at)
    {
        start = at;
        end = grid.Next(at);
        (summary, inState) = (default, 0);
    }

    /// <summary>Counts the time up to a moment when the value before it was the asked state.</summary>
    private void HoldState(DateTime until)
    {
        var value = summary.Count > 0 ? summary.Last.Value : before?.Value;
        if (value == request.State) inState += (until - (summary.Count > 0 ? summary.Last.Time : From)).TotalMilliseconds;
    }

    private HistoryWindow Window(Sample? atEnd)
    {
        var some = summary.Count > 0;
        var window = new HistoryWindow(
            start,
            summary.Count,
            some ? summary.Sum / summary.Count : double.NaN,
            some ? summary.Min : double.NaN,
            some ? summary.Max : double.NaN)
        {
            End = end,
            Sum = summary.Sum,
            First = some ? summary.First : null,
            Last = some ? summary.Last : null,
        };
        return Holds ? WithExtras(window, atEnd) : window;
    }

    private HistoryWindow WithExtras(HistoryWindow window, Sample? atEnd)
    {
        var known = To - (before is null ? window.First!.Value.Time : From);
        var extras = known > TimeSpan.Zero ? request.Extras : request.Extras & WindowExtras.Increase;
        return window with
        {
            TimeWeightedMean = extras.HasFlag(WindowExtras.TimeWeightedMean) ? Held() / known.TotalMilliseconds : null,
            Increase = extras.HasFlag(WindowExtras.Increase) ? Rise(atEnd) : null,
            InState = extras.HasFlag(WindowExtras.InState) ? TimeSpan.FromMilliseconds(inState) : null,
        };
    }

    /// <summary>The values times how long they held in the window: value × ms.</summary>
    private double Held()
    {
        var first = summary.Count > 0 ? summary.First.Time : To;
        var held = before is { } known ? known.Value * (first - From).TotalMilliseconds : 0;
        return summary.Count == 0 ? held : held + summary.Held + (summary.Last.Value * (To - summary.Last.Time).TotalMilliseconds);
    }

    private double Rise(Sample? atEnd)
    {
        var (last, rise) = (before, 0.0);
        if (summary.Count > 0)
        {
            // The rise up to a reading on the boundary is that of the window before it.
            if (last is { } known && summary.First.Time > From) rise = Summary.RiseOf(known.Value, summary.First.Value);
            rise += summary.Rise;
            last = summary.Last;
        }

        return last is { } value && atEnd is { } reading ? rise + Summary.RiseOf(value.Value, reading.Value) : rise;
    }
}
