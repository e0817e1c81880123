using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Plantroom.Ingest;
using Plantroom.Ingest.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Benchmarks.Storage;

/// <summary>How long the embedded store takes for the questions that screens ask most, on a warm file.</summary>
internal sealed class QueryBenchmark(int rounds) : IDisposable
{
    private static readonly DateTime Start = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly PointId[] Meters = [.. Enumerable.Range(0, 50).Select(i => PointId.Intern($"bench/meter-{i}/power"))];
    private static readonly PointId Fast = PointId.Intern("bench/pump/pressure");
    private static readonly PointId[] Many = [.. Enumerable.Range(0, 20_000).Select(i => PointId.Intern($"bench/many-{i / 20}/value-{i % 20}"))];

    private readonly TempFolder folder = new();

    public async Task RunAsync()
    {
        var options = Options.Create(new IngestOptions());
        using (var fill = new QueryStore(new(folder.Path), new LastValues(), options))
        {
            foreach (var meter in Meters) fill.Add(meter, Start, TimeSpan.FromMinutes(15), 365 * 96);
            fill.Add(Fast, Start, TimeSpan.FromSeconds(10), 30 * 8640);
            foreach (var point in Many) fill.Add(point, Start, TimeSpan.FromMinutes(1), 3);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fill.Readings:N0} readings, {fill.Pack(Start.AddDays(365)):N0} of them packed"));
        }

        Console.WriteLine($"store of {new FileInfo(new DataFolder(folder.Path).History).Length / 1e6:F1} MB; median of {rounds}, on a warm file");
        Console.WriteLine("                                                        ms      CPU ms   MB allocated");
        using var history = new SqliteHistory(new(folder.Path), new LastValues(), options);
        var year = new TimeRange(Start, Start.AddDays(365));
        var month = new TimeRange(Start, Start.AddDays(30));
        var hours = new WindowRequest([Fast], month, new(1, WindowUnit.Hour));
        await MeasureAsync("50 series x 1 year of 15-min data at 1,000 samples", async () => (await history.SampleAsync(new(Meters, year, 1000))).Count);
        await MeasureAsync("50 series x 1 year of 15-min data, every reading", () => StreamAsync(history, year));
        await MeasureAsync("1 series x 30 days of 10-s data in hours", async () => (await history.WindowsAsync(hours))[0].Items.Count);
        var all = hours with { Extras = WindowExtras.TimeWeightedMean | WindowExtras.Increase };
        await MeasureAsync("  the same with time-weighted means and rises", async () => (await history.WindowsAsync(all))[0].Items.Count);
        await MeasureAsync("  the same series at 1,000 samples", async () => (await history.SampleAsync(new([Fast], month, 1000)))[0].Items.Count);
        await MeasureAsync("last values of 20,000 points, from the disk", async () => (await history.LastAsync(Many)).Count);
        var last = new LastValues();
        last.Load(await history.LastOfAllAsync(default));
        using var known = new SqliteHistory(new(folder.Path), last, options);
        await MeasureAsync("last values of 20,000 points", async () => (await known.LastAsync(Many)).Count);
    }

    public void Dispose() => folder.Dispose();

    private static async Task<int> StreamAsync(SqliteHistory history, TimeRange range)
    {
        var count = 0;
        foreach (var meter in Meters)
        {
            await foreach (var block in history.ReadAsync(meter, range)) count += block.Count;
        }

        return count;
    }

    private async Task MeasureAsync(string name, Func<Task<int>> question)
    {
        var items = await question();
        var took = new List<(double Wall, double Cpu, double Allocated)>();
        for (var i = 0; i < rounds; i++)
        {
            var (clock, cpu, bytes) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(true));
            await question();
            took.Add((
                clock.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds, (GC.GetTotalAllocatedBytes(true) - bytes) / 1e6));
        }

        double Median(Func<(double Wall, double Cpu, double Allocated), double> of) => took.Select(of).Order().ElementAt(rounds / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-52} {Median(t => t.Wall),9:F2}  {Median(t => t.Cpu),9:F1}   {Median(t => t.Allocated),9:F2}   ({items:N0} items)"));
    }
}
