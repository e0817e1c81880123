using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

/// <summary>Series like those of a building: the same seed gives the same readings.</summary>
internal static class BuildingLike
{
    private const long Start = 1_780_272_000_000;

    /// <summary>A level, every 5 s and a little late, in mm.</summary>
    public static ChunkBuffer Level(int count, int seed = 1) => Series(count, 5_000, jitter: true, seed, Wander(seed, 0.8, 0.004, 3));

    /// <summary>The power of a meter, every 15 s and a little late, in W.</summary>
    public static ChunkBuffer Power(int count, int seed = 1) => Series(count, 15_000, jitter: true, seed, Wander(seed, 42, 0.25, 3));

    /// <summary>The energy of a meter, every 15 s and a little late, in Wh.</summary>
    public static ChunkBuffer Energy(int count, int seed = 1)
    {
        var (power, energy) = (Wander(seed, 42, 0.25, 9), 1234.5);
        return Series(count, 15_000, jitter: true, seed, () => Math.Round(energy += power() * 15 / 3600, 3));
    }

    /// <summary>A switch that changes now and then, every 50 s by the clock.</summary>
    public static ChunkBuffer Switch(int count, int seed = 1)
    {
        var (random, on) = (new Random(seed), false);
        return Series(count, 50_000, jitter: false, seed, () => (on ^= random.Next(100) == 0) ? 1 : 0);
    }

    /// <summary>A value that never changes, every 50 s by the clock.</summary>
    public static ChunkBuffer Steady(int count) => Series(count, 50_000, jitter: false, 1, static () => 27.3);

    /// <summary>A value of full precision, every 5 s by the clock.</summary>
    public static ChunkBuffer Noise(int count, int seed = 1)
    {
        var random = new Random(seed);
        return Series(count, 5_000, jitter: false, seed, () => 20 + random.NextDouble());
    }

    public static byte[] Chunk(ChunkBuffer readings) => ChunkFormat.Pack(
        readings.Times.AsSpan(0, readings.Count), readings.Values.AsSpan(0, readings.Count), readings.Qualities.AsSpan(0, readings.Count));

    /// <summary>The quarter hours of readings, as the compactor makes them.</summary>
    public static RollupWindow[] QuarterHours(ChunkBuffer readings)
    {
        const long length = 900_000;
        var windows = new List<RollupWindow>();
        foreach (var quarter in Enumerable.Range(0, readings.Count).GroupBy(i => readings.Times[i] / length))
        {
            var summary = new Summary();
            foreach (var i in quarter) summary.Add(DateTime.UnixEpoch.AddMilliseconds(readings.Times[i]), readings.Values[i]);
            windows.Add(new(quarter.Key * length, (quarter.Key + 1) * length, RollupRounding.Rounded(summary)));
        }

        return [.. windows];
    }

    private static ChunkBuffer Series(int count, int every, bool jitter, int seed, Func<double> value)
    {
        var (buffer, random) = (new ChunkBuffer(), new Random(seed));
        for (var i = 0; i < count; i++)
            buffer.Add(Start + ((long)i * every) + (jitter ? (int)(-Math.Log(1 - random.NextDouble()) * 1.5) : 0), value(), 0);
        return buffer;
    }

    private static Func<double> Wander(int seed, double around, double step, int digits)
    {
        var (random, value) = (new Random(seed), around);
        return () =>
        {
            value += ((random.NextDouble() - 0.5) * 2 * step) + ((around - value) * 0.01);
            return Math.Round(value, digits);
        };
    }
}
