namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Sums up the rises of a counter.</summary>
internal sealed class RiseSink(Sample? before, DateTime from) : IStretchSink
{
    private Summary all;

    public bool IsFull => false;

    /// <summary>Null when there was no reading to tell it from.</summary>
    public double? Total
    {
        get
        {
            if (all.Count == 0) return before is null ? null : 0;

            // A reading exactly at the start is where it rises from.
            return before is { } last && all.First.Time != from ? Summary.RiseOf(last.Value, all.First.Value) + all.Rise : all.Rise;
        }
    }

    /// <summary>Takes one reading.</summary>
    public void Add(Sample reading) => all.Add(reading.Time, reading.Value);

    public bool Suffices(in Summary stretch) => RollupRise.IsKept(stretch);

    public void Add(in ReadingRun run)
    {
        for (var i = 0; i < run.Times.Length; i++)
            if (run.Qualities[i] < ReadingRun.FirstBad)
                all.Add(StoredTime.FromMilliseconds(run.Times[i]), run.Values[i]);
    }

    public void Add(in Summary stretch) => all.Append(RollupRise.Of(stretch));
}
