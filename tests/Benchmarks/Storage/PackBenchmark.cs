using System.Globalization;
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

        Console.WriteLine($"{days} days of the simulated building, seed {seed}: {series.Sum(static s => (long)s.Count):N0} readings of {series.Length} points");
        Console.WriteLine("bytes per reading       readings   4096    512  roll-ups    unpack M/s  pack M/s  windows M/s");
        new PackFigures().Add(series.MaxBy(static s => s.Count)!, isCounter: true);
        var total = new PackFigures();
        foreach (var kind in building.Points.Select((point, i) => (Point: point, Readings: series[i])).GroupBy(static p => p.Point.Kind))
        {
            var figures = new PackFigures();
            foreach (var (point, readings) in kind) figures.Add(readings, point.IsCounter);
            total.Add(figures);
            Print(kind.Key, figures);
        }

        Print("total", total);
    }

    private static void Print(string name, PackFigures f)
    {
        var (chunks, small, rollups) = (f.Large / f.Readings, f.Small / f.Readings, f.Rollups / f.Readings);
        var (unpack, pack, windows) = (PerMicrosecond(f.Readings, f.Unpack), PerMicrosecond(f.Readings, f.Pack), PerMicrosecond(f.Windows, f.UnpackRollups));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-18} {f.Readings,13:N0}  {chunks,5:F3}  {small,5:F3}     {rollups,5:F3}         {unpack,5:F0}     {pack,5:F1}        {windows,5:F1}"));
    }

    private static double PerMicrosecond(long count, TimeSpan took) => count / took.TotalMicroseconds;
}
