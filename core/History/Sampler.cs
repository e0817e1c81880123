namespace Plantroom;

/// <summary>
/// Makes few samples of one point out of many, given in the order of time: the range is cut into equal parts, and of each the smallest and
/// the largest value stay, in the order of time. The first and the last reading stay, too, so that a line begins and ends where the
/// readings do. Few readings stay all.
/// </summary>
/// <remarks>Every store samples with it. For one thread. Keeps at most about twice as many samples as it answers.</remarks>
public sealed class Sampler
{
    private readonly List<Sample> all = [];
    private readonly List<Sample> kept = [];
    private readonly TimeRange range;
    private readonly int count;
    private readonly int parts;
    private readonly long part;
    private long index = -1;
    private Sample min;
    private Sample max;
    private Sample first;
    private Sample last;

    /// <summary>Begins with nothing.</summary>
    /// <param name="range">From and to.</param>
    /// <param name="count">How many samples at most, at least 2. With less than 4 only the extremes stay.</param>
    public Sampler(TimeRange range, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        (this.range, this.count) = (range, count);
        parts = count < 4 ? 1 : (count / 2) - 1;
        part = Math.Max(1, range.Length.Ticks / parts);
    }

    /// <summary>Into how many parts the range is cut; the last one reaches to its end.</summary>
    public int Parts => parts;

    /// <summary>How long one part of the range is.</summary>
    public TimeSpan Part => new(part);

    /// <summary>Adds a good reading within the range.</summary>
    public void Add(DateTime time, double value)
    {
        last = new(time, value);
        if (all.Count == 0) first = last;
        if (all.Count <= count) all.Add(last);
        var at = Math.Min((time - range.From).Ticks / part, parts - 1);
        if (at != index)
        {
            EndPart();
            (index, min, max) = (at, last, last);
        }
        else if (value < min.Value)
        {
            min = last;
        }
        else if (value > max.Value)
        {
            max = last;
        }
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
        if (count < 4) return kept;
        if (kept[0] != first) kept.Insert(0, first);
        if (kept[^1] != last) kept.Add(last);
        return kept;
    }

    private void EndPart()
    {
        if (index < 0) return;
        var (one, other) = min.Time <= max.Time ? (min, max) : (max, min);
        kept.Add(one);
        if (one != other) kept.Add(other);
    }
}
