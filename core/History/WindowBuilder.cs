using System.Diagnostics.CodeAnalysis;

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
    private readonly WindowRequest request;
    private readonly WindowGrid grid;
    private readonly List<HistoryWindow> windows = [];
    private Sample? last;
    private Summary summary;
    private DateTime start;
    private DateTime end;
    private DateTime heldUntil;
    private double held;
    private double known;
    private double inState;
    private double increase;

    /// <summary>Starts with the first window of the range.</summary>
    /// <param name="request">Range and what is wanted of the windows.</param>
    /// <param name="grid">Where windows begin; may be shared by the points of a request.</param>
    /// <param name="before">The last good reading before the range, if there is one; only needed with <see cref="WindowExtras"/>.</param>
    public WindowBuilder(WindowRequest request, WindowGrid grid, Sample? before)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(grid);
        (this.request, this.grid, last) = (request, grid, before);
        Open(grid.StartOf(request.Range.From));
    }

    /// <summary>Whether there are as many windows as were asked for, so that nothing more needs to be added.</summary>
    public bool IsFull => windows.Count >= request.Limit;

    /// <summary>The end of the window that is being filled: stretches must not reach over it.</summary>
    public DateTime WindowEnd => end;

    /// <summary>Whether windows without readings are answered, too.</summary>
    private bool Holds => request.Extras != WindowExtras.None;

    /// <summary>Adds a good reading within the range.</summary>
    public void Add(DateTime time, double value)
    {
        Reach(time, value);
        summary.Add(time, value);
        last = new(time, value);
    }

    /// <summary>Adds a stretch within the range and within one window.</summary>
    /// <param name="stretch">Its summary.</param>
    /// <param name="inStretch">How many ms of it, from its first to its last reading, the value was the asked state.</param>
    public void Add(in Summary stretch, double inStretch = 0)
    {
        if (stretch.Count == 0) return;
        Reach(stretch.First.Time, stretch.First.Value);
        held += stretch.Held;
        known += (stretch.Last.Time - stretch.First.Time).TotalMilliseconds;
        inState += inStretch;
        increase += stretch.Rise;
        heldUntil = stretch.Last.Time;
        summary.Append(stretch);
        last = stretch.Last;
    }

    /// <summary>Ends the last window.</summary>
    /// <param name="at">The good reading exactly at the end of the range, if there is one: it shows the last window's rise.</param>
    public IReadOnlyList<HistoryWindow> End(Sample? at = null)
    {
        while (!IsFull && end < request.Range.To && (Holds && last is not null || summary.Count > 0)) Close(null);
        if (!IsFull && start < request.Range.To) Close(at);
        return windows;
    }

    /// <summary>Moves on to the moment of a reading, and counts the rise up to it.</summary>
    private void Reach(DateTime time, double value)
    {
        while (time >= end && !IsFull)
        {
            Close(time == end ? new(time, value) : null);
            if (!Holds && time >= end) Open(grid.StartOf(time));
        }

        Hold(time);
        if (last is { } before && time > start && time > request.Range.From) increase += Summary.RiseOf(before.Value, value);
    }

    private void Close(Sample? atEnd)
    {
        Hold(end < request.Range.To ? end : request.Range.To);
        if (last is { } before && atEnd is { } reading) increase += Summary.RiseOf(before.Value, reading.Value);
        if (summary.Count > 0 || (Holds && last is not null)) windows.Add(Window());
        Open(end);
    }

    private void Open(DateTime at)
    {
        start = at;
        end = grid.Next(at);
        heldUntil = at > request.Range.From ? at : request.Range.From;
        (summary, held, known, inState, increase) = (default, 0, 0, 0, 0);
    }

    private void Hold(DateTime until)
    {
        if (last is not { } before || until <= heldUntil) return;
        var milliseconds = (until - heldUntil).TotalMilliseconds;
        held += before.Value * milliseconds;
        known += milliseconds;
        if (before.Value == request.State) inState += milliseconds;
        heldUntil = until;
    }

    [SuppressMessage("Style", "IDE0075", Justification = "Reads as the table it is.")]
    private HistoryWindow Window()
    {
        var some = summary.Count > 0;
        var extras = request.Extras;
        return new(
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
            TimeWeightedMean = extras.HasFlag(WindowExtras.TimeWeightedMean) && known > 0 ? held / known : null,
            Increase = extras.HasFlag(WindowExtras.Increase) && last is not null ? increase : null,
            InState = extras.HasFlag(WindowExtras.InState) && known > 0 ? TimeSpan.FromMilliseconds(inState) : null,
        };
    }
}
