using System.Diagnostics;
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

        Console.WriteLine($"{days} days of the simulated building, seed {seed}: {series.Sum(static s => (long)s.Count):N0} readings of {series.Length} points");
        Console.WriteLine("bytes per reading        readings   4096    512  roll-ups   unpack M/s   pack M/s");
        var total = new PackFigures();
        foreach (var kind in building.Points.Select((point, i) => (point, series[i])).GroupBy(static p => p.point.Kind))
        {
            var figures = new PackFigures();
            foreach (var (point, readings) in kind) figures.Add(readings, point.IsCounter);
            total.Add(figures);
            Print(kind.Key, figures);
        }

        Print("total", total);
    }

    private static void Print(string name, PackFigures f) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-20} {f.Readings,12:N0}  {f.Large / f.Readings,5:F3}  {f.Small / f.Readings,5:F3}   {f.Rollups / f.Readings,5:F3}    {f.Readings / f.Unpack.TotalMicroseconds,6:F0}       {f.Readings / f.Pack.TotalMicroseconds,6:F1}"));
}
