namespace Plantroom;

/// <summary>
/// Makes few samples of one point out of many, given in the order of time: the range is cut into equal parts, and of each the smallest and
/// the largest value stay, in the order of time. Few readings stay all.
/// </summary>
/// <remarks>Every store samples with it. For one thread.</remarks>
/// <param name="range">From and to.</param>
/// <param name="count">How many samples at most, at least 2.</param>
public sealed class Sampler(TimeRange range, int count)
{
    private readonly List<Sample> all = [];
    private readonly List<Sample> kept = [];
    private readonly long part = Math.Max(1, range.Length.Ticks / Math.Max(1, count / 2));
    private long index = -1;
    private Sample min;
    private Sample max;

    /// <summary>How long one part of the range is.</summary>
    public TimeSpan Part => new(part);

    /// <summary>Adds a good reading within the range.</summary>
    public void Add(DateTime time, double value)
    {
        var sample = new Sample(time, value);
        if (all.Count <= count) all.Add(sample);
        Keep(sample);
    }

    /// <summary>Adds a stretch within the range; where its extremes lay is not known, so they are put to its ends.</summary>
    public void Add(in Summary stretch)
    {
        if (stretch.Count == 0) return;
        var risesLate = stretch.Last.Value >= stretch.First.Value;
        Add(stretch.First.Time, risesLate ? stretch.Min : stretch.Max);
        if (stretch.Count > 1) Add(stretch.Last.Time, risesLate ? stretch.Max : stretch.Min);
    }

    /// <summary>The samples, oldest first.</summary>
    public IReadOnlyList<Sample> End()
    {
        if (all.Count <= count) return all;
        EndPart();
        return kept;
    }

    private void Keep(Sample sample)
    {
        var at = Math.Min((sample.Time - range.From).Ticks / part, Math.Max(1, count / 2) - 1);
        if (at != index)
        {
            EndPart();
            (index, min, max) = (at, sample, sample);
        }

        if (sample.Value < min.Value) min = sample;
        if (sample.Value > max.Value) max = sample;
    }

    private void EndPart()
    {
        if (index < 0) return;
        var (first, second) = min.Time <= max.Time ? (min, max) : (max, min);
        kept.Add(first);
        if (first != second) kept.Add(second);
    }
}
