namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Makes windows.</summary>
/// <param name="request">What is asked.</param>
/// <param name="isSwitch">Whether the point has the states 0 and 1 only, so that a roll-up tells how long it was in either.</param>
/// <param name="builder">Where the windows come from.</param>
internal sealed class WindowSink(WindowRequest request, bool isSwitch, WindowBuilder builder) : IStretchSink
{
    private readonly bool rises = request.Extras.HasFlag(WindowExtras.Increase);
    private readonly bool states = request.Extras.HasFlag(WindowExtras.InState);

    public bool IsFull => builder.IsFull;

    public bool Suffices(in Summary stretch) => (!rises || RollupRise.IsKept(stretch)) && !double.IsNaN(InState(stretch));

    public void Add(in ReadingRun run)
    {
        for (var i = 0; i < run.Times.Length && !builder.IsFull; i++)
            if (run.Qualities[i] < ReadingRun.FirstBad)
                builder.Add(StoredTime.FromMilliseconds(run.Times[i]), run.Values[i]);
    }

    public void Add(in Summary stretch) => builder.Add(rises ? RollupRise.Of(stretch) : stretch, InState(stretch));

    /// <summary>How many ms of the stretch the value was the asked state; NaN when the stretch does not tell.</summary>
    private double InState(in Summary stretch)
    {
        var state = request.State;
        if (!states || state < stretch.Min || state > stretch.Max) return 0;
        var length = (stretch.Last.Time - stretch.First.Time).TotalMilliseconds;
        if (stretch.Min == stretch.Max) return length;
        if (!isSwitch) return double.NaN;
        return state == 1 ? stretch.Held : length - stretch.Held;
    }
}
