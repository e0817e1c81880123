namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Makes samples for a chart.</summary>
internal sealed class SampleSink(SampleRequest request) : IStretchSink
{
    private readonly Sampler sampler = new(request.Range, request.Count);
    private Sample? lastOfStretch;

    /// <summary>Good readings that were given for sure; a stretch tells of its first and its last one.</summary>
    private long given;
    private bool summedUp;

    public bool IsFull => false;

    /// <summary>
    /// Whether roll-ups were too coarse: the point has so few readings that each of them may belong into the answer.
    /// </summary>
    public bool NeedsReadings => summedUp && given <= request.Count;

    /// <summary>How long a part of the range is in ms.</summary>
    public double Part => sampler.Part.TotalMilliseconds;

    /// <summary>The end of the part that a stored time lies in; the last one reaches to the end of the range.</summary>
    public long PartEnd(long time)
    {
        var part = sampler.Part.Ticks;
        var from = request.Range.From.Ticks;
        var next = ((StoredTime.FromMilliseconds(time).Ticks - from) / part) + 1;
        return next >= sampler.Parts ? long.MaxValue : StoredTime.FirstAtOrAfter(new(from + (next * part), DateTimeKind.Utc));
    }

    public bool Suffices(in Summary stretch) => true;

    public void Add(in ReadingRun run)
    {
        for (var i = 0; i < run.Times.Length; i++)
        {
            // A bad one does not count: neither as the first, nor as the last, nor as one of the few.
            if (run.Qualities[i] >= ReadingRun.FirstBad) continue;
            given++;
            lastOfStretch = null;
            sampler.Add(StoredTime.FromMilliseconds(run.Times[i]), run.Values[i]);
        }
    }

    public void Add(in Summary stretch)
    {
        // The very first reading and the very last one stay as they are.
        if (given == 0) sampler.Add(stretch.First.Time, stretch.First.Value);
        summedUp = true;
        given += Math.Min(stretch.Count, 2);
        sampler.Add(stretch);
        lastOfStretch = stretch.Last;
    }

    public IReadOnlyList<Sample> End()
    {
        if (lastOfStretch is { } last) sampler.Add(last.Time, last.Value);
        return sampler.End();
    }
}
