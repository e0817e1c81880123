namespace Plantroom.Ingest.Sqlite;

/// <summary>Sums up the readings of one window.</summary>
internal struct WindowSum
{
    private double sum;
    private double lost;
    private double min;
    private double max;

    public long Start { get; private set; }

    public long Count { get; private set; }

    public void Add(long start, double value)
    {
        if (Count == 0) (Start, min, max) = (start, value, value);
        Count++;
        min = Math.Min(min, value);
        max = Math.Max(max, value);

        // Neumaier's sum, as SQLite's avg() does it: small values are not lost beside large ones.
        var next = sum + value;
        lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
        sum = next;
    }

    public readonly HistoryWindow ToWindow() =>
        new(StoredTime.FromMilliseconds(Start), Count, (sum + lost) / Count, min, max);
}

/// <summary>Sums up the rises of a counter; a fall means that it went on from zero.</summary>
internal struct CounterIncrease
{
    private double previous;
    private double total;

    /// <summary>Null when there was no reading to tell it from.</summary>
    public double? Total { get; private set; }

    public void Add(double value)
    {
        if (Total is not null) total += value >= previous ? value - previous : value;
        previous = value;
        Total = total;
    }
}
