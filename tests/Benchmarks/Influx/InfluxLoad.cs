namespace Plantroom.Benchmarks.Influx;

/// <summary>The readings of a round: points in turn, 10 seconds between two of one point, values with two decimals.</summary>
internal sealed class InfluxLoad
{
    public const int Points = 1000;

    /// <summary>As many as a busy gateway hands over at once.</summary>
    private const int BatchReadings = 200;

    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public InfluxLoad(int readings)
    {
        var points = Enumerable.Range(0, Points).Select(static p => PointId.Intern($"bench/E-{p:D4}/v")).ToArray();
        var all = Enumerable.Range(0, readings)
            .Select(i => new Reading(points[i % Points], Start.AddSeconds(10 * (i / Points)).AddMilliseconds(i % Points), i * 37 % 10_000 / 100.0))
            .ToArray();
        Batches = [.. all.Chunk(BatchReadings).Select(static c => (ReadOnlyMemory<Reading>)c)];
        All = all;
    }

    public ReadOnlyMemory<Reading> All { get; }

    public IReadOnlyList<ReadOnlyMemory<Reading>> Batches { get; }
}
