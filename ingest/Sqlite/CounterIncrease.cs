namespace Plantroom.Ingest.Sqlite;

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
