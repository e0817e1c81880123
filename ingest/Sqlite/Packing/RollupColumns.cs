namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>
/// The windows of a roll-up as columns. Those of the values are told as how far they are from what the columns before them let expect: in a
/// window of a steady value that is 0 everywhere.
/// </summary>
internal readonly ref struct RollupColumns(PackingScratch scratch, int count)
{
    public const int ValueColumns = 7;

    /// <summary>The last one, which only counters have.</summary>
    public const int Rise = 6;

    private const int First = 0, Last = 1, Min = 2, Max = 3, Sum = 4, Held = 5;
    private readonly Span<long> times = scratch.Times(count * 5);
    private readonly Span<long> integers = scratch.Integers(count * ValueColumns);
    private readonly Span<double> values = scratch.Values(count * ValueColumns);

    public Span<long> Starts => times[..count];

    public Span<long> Lengths => times.Slice(count, count);

    public Span<long> Counts => times.Slice(count * 2, count);

    /// <summary>How long after the start the first reading was.</summary>
    public Span<long> FirstAfter => times.Slice(count * 3, count);

    /// <summary>How long before the end the last reading was.</summary>
    public Span<long> LastBefore => times.Slice(count * 4, count);

    /// <summary>The columns of the values, one behind the other.</summary>
    public Span<long> AllIntegers => integers;

    public Span<double> AllValues => values;

    public Span<long> Integers(int column) => integers.Slice(column * count, count);

    public void SetTimes(int i, in RollupWindow window)
    {
        Starts[i] = window.Start;
        Lengths[i] = window.End - window.Start;
        Counts[i] = window.Summary.Count;
        FirstAfter[i] = StoredTime.ToMilliseconds(window.Summary.First.Time) - window.Start;
        LastBefore[i] = window.End - StoredTime.ToMilliseconds(window.Summary.Last.Time);
    }

    public void SetValues(int i, in Summary summary, bool withRise)
    {
        ReadOnlySpan<double> row =
            [summary.First.Value, summary.Last.Value, summary.Min, summary.Max, summary.Sum, summary.Held, withRise ? summary.Rise : 0];
        for (var column = 0; column < row.Length; column++) values[(column * count) + i] = row[column];
    }

    /// <summary>Takes off every integer what is to be expected; from the back, where nothing depends on what it has left.</summary>
    public void Differentiate(ValueScale scale, bool withRise)
    {
        for (var column = withRise ? Rise : Held; column >= Last; column--)
            for (var i = 0; i < count; i++)
                integers[(column * count) + i] -= Expected(column, i, scale);
    }

    /// <summary>The inverse of <see cref="Differentiate"/>.</summary>
    public void Integrate(ValueScale scale, bool withRise)
    {
        if (!withRise) Integers(Rise).Clear();
        for (var column = Last; column <= (withRise ? Rise : Held); column++)
            for (var i = 0; i < count; i++)
                integers[(column * count) + i] += Expected(column, i, scale);
    }

    /// <summary>Throws when a time is none that readings can have.</summary>
    public void CheckTimes()
    {
        for (var i = 0; i < count; i++)
        {
            if (!StoredTime.IsPossible(Starts[i] + FirstAfter[i]) || !StoredTime.IsPossible(Starts[i] + Lengths[i] - LastBefore[i]))
                throw PackedReader.Damaged();
        }
    }

    public RollupWindow Window(int i, bool withRise)
    {
        var (start, end) = (Starts[i], Starts[i] + Lengths[i]);
        var first = new Sample(StoredTime.FromMilliseconds(start + FirstAfter[i]), Value(First, i));
        var last = new Sample(StoredTime.FromMilliseconds(end - LastBefore[i]), Value(Last, i));
        return new(start, end, Summary.Of(
            Counts[i], Value(Sum, i), Value(Min, i), Value(Max, i), first, last, Value(Held, i), withRise ? Value(Rise, i) : 0));
    }

    private double Value(int column, int i) => values[(column * count) + i];

    private long Integer(int column, int i) => integers[(column * count) + i];

    private long Expected(int column, int i, ValueScale scale)
    {
        var (first, last) = (Integer(First, i), Integer(Last, i));
        if (column <= Max)
        {
            return column switch
            {
                Last => first,
                Min => Math.Min(first, last),
                _ => Math.Max(first, last),
            };
        }

        // Bits cannot be added up.
        if (scale.Form == ValueForm.Bits) return 0;
        return column switch
        {
            Sum => MultiplyDivide(Integer(Min, i) + Integer(Max, i), Counts[i], 2),
            Held => ExpectedHeld(i, Integer(Sum, i) - last),
            _ => last - first,
        };
    }

    /// <summary>When readings came regularly, all but the last were held equally long.</summary>
    private long ExpectedHeld(int i, long sumOfHeld) =>
        Counts[i] > 1 ? MultiplyDivide(sumOfHeld, Lengths[i] - LastBefore[i] - FirstAfter[i], Counts[i] - 1) : 0;

    /// <summary>Cut off towards zero; of a product of 128 bits, which are only looked at when there are so many.</summary>
    private static long MultiplyDivide(long left, long right, long divisor)
    {
        var high = Math.BigMul(left, right, out long low);
        return high == low >> 63 ? low / divisor : (long)((Int128)left * right / divisor);
    }
}
