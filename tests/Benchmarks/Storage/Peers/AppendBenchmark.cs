using System.Globalization;

namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>
/// How quick the embedded store takes readings of few and of many points: each batch by itself, as a quiet system commits, and in groups, as a
/// busy one does. Every point has a past, so that the readings of a commit lie as far apart as they do in a running system.
/// </summary>
internal sealed class AppendBenchmark(int readings, int rounds)
{
    private const int Past = 200;

    private static readonly DateTime Start = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public async Task RunAsync()
    {
        foreach (var points in (int[])[200, 1000, 20_000]) await RunAsync(new AppendLoad(points));
    }

    private async Task RunAsync(AppendLoad load)
    {
        await using var store = new OwnStore();
        store.AppendInGroups(load.Past(Start, Past));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{readings:N0} readings of {load.Points:N0} points in batches of {AppendLoad.BatchReadings:N0}"));
        for (var round = 0; round < rounds; round++)
        {
            var alone = load.Batches(Start.AddDays(1 + round), readings);
            Console.WriteLine($"  {"each batch",-16}{AppendFigures.Of(readings, () => store.Append(alone))}");
            var grouped = load.Batches(Start.AddDays(1001 + round), readings);
            Console.WriteLine($"  {"in groups",-16}{AppendFigures.Of(readings, () => store.AppendInGroups(grouped))}");
        }
    }
}
