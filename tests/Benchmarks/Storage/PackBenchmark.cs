using System.Globalization;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Benchmarks.Storage;

/// <summary>How small and how fast the readings of the simulated building are packed, by kind of point.</summary>
internal sealed class PackBenchmark(int days, int seed)
{
    private static readonly DateTime Start = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    public void Run()
    {
        var building = new BuildingReadings(Start, seed);
        var series = building.Points.Select(static _ => new ChunkBuffer()).ToArray();
        foreach (var reading in building.Read(TimeSpan.FromDays(days))) series[reading.Point].Add(reading.Time, reading.Value, 0);

        var readings = series.Sum(static s => (long)s.Count);
        Console.WriteLine($"{days} days of the simulated building, seed {seed}: {readings:N0} readings of {series.Length} points");
        Console.WriteLine("bytes per reading       readings   4096    512  roll-ups    unpack M/s  pack M/s  windows M/s");
        for (var warmUp = 0; warmUp < 20; warmUp++) new PackFigures().Add(series[^1], isCounter: true);
        var total = new PackFigures();
        foreach (var kind in building.Points.Zip(series).GroupBy(static p => p.First.Kind))
        {
            var figures = new PackFigures();
            foreach (var (point, ofPoint) in kind) figures.Add(ofPoint, point.IsCounter);
            total.Add(figures);
            Print(kind.Key, figures);
        }

        Print("total", total);
        var noise = new PackFigures();
        noise.Add(Noise(), isCounter: false);
        Print("(full precision)", noise);
        foreach (var size in new[] { 4_096, 8_192, 16_384 })
        {
            var bytes = (double)PackedDatabase.SizeOf(series, size) / total.Readings;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"on disk, with roll-ups, in chunks of {size:N0}: {bytes:F3} bytes per reading"));
        }
    }

    /// <summary>What no building sends: the slowest and largest that there is.</summary>
    private ChunkBuffer Noise()
    {
        var (readings, random) = (new ChunkBuffer(), new Random(seed));
        for (var i = 0; i < 100_000; i++) readings.Add(StoredTime.ToMilliseconds(Start) + (i * 5_000L), 20 + random.NextDouble(), 0);
        return readings;
    }

    private static void Print(string name, PackFigures f)
    {
        var (chunks, small, rollups) = (f.Large / f.Readings, f.Small / f.Readings, f.RollupBytes / f.Readings);
        var (unpack, pack) = (PerMicrosecond(f.Readings, f.Unpack), PerMicrosecond(f.Readings, f.Pack));
        var windows = PerMicrosecond(f.Windows, f.UnpackRollups);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-18} {f.Readings,13:N0}  {chunks,5:F3}  {small,5:F3}     {rollups,5:F3}  {unpack,12:F0} {pack,9:F1}  {windows,11:F1}"));
    }

    private static double PerMicrosecond(long count, TimeSpan took) => count / took.TotalMicroseconds;
}
