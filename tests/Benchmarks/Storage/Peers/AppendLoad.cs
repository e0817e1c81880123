namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>Readings as the chain hands them to a store: points that all report once a second, in batches, the values a random walk.</summary>
internal sealed class AppendLoad(int points)
{
    /// <summary>What 1,000 points say in a few seconds is one batch.</summary>
    public const int BatchReadings = 5000;

    private readonly PointId[] names = [.. Enumerable.Range(0, points).Select(i => PointId.Intern($"append/{points}-{i}/v"))];
    private readonly Random random = new(1);

    public int Points => points;

    /// <summary>Batches in the order of time; each has a few readings of every point, or one of every few points.</summary>
    public List<Reading[]> Batches(DateTime start, int readings)
    {
        var values = new double[points];
        return [.. Enumerable.Range(0, readings / BatchReadings).Select(batch => Batch(start, batch * BatchReadings, values))];
    }

    /// <summary>A past of each point, point by point, so that a store has taken it in soon.</summary>
    public IEnumerable<Reading[]> Past(DateTime start, int each) => names.Chunk(Math.Max(1, BatchReadings / each)).Select(some =>
        some.SelectMany(point => Enumerable.Range(0, each).Select(i => new Reading(point, start.AddSeconds(i), i))).ToArray());

    private Reading[] Batch(DateTime start, int first, double[] values)
    {
        var readings = new Reading[BatchReadings];
        for (var i = 0; i < readings.Length; i++)
        {
            var (second, point) = Math.DivRem(first + i, points);
            values[point] = Math.Round(values[point] + random.NextDouble() - 0.5, 1);
            readings[i] = new(names[point], start.AddSeconds(second).AddMilliseconds(point % 1000), values[point]);
        }

        return readings;
    }
}
