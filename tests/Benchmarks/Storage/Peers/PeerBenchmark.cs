using System.Diagnostics;
using System.Globalization;

namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>
/// The embedded store beside InfluxDB and VictoriaMetrics, in turns in one run: how quick they take readings, what these take on the disk,
/// and how long the usual questions take.
/// </summary>
internal sealed class PeerBenchmark(int days, int rounds) : IAsyncDisposable
{
    private const int BatchReadings = AppendLoad.BatchReadings;

    private static readonly DateTime Start = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly List<IPeer> peers = [];

    public async Task RunAsync()
    {
        peers.AddRange([new OwnStore(), await InfluxPeer.StartAsync(), await VictoriaPeer.StartAsync()]);
        Append(new(points: 1000), 3_000_000);
        Append(new(points: 20_000), 1_000_000);
        await SizeAsync();
        foreach (var peer in peers) await peer.DisposeAsync();
        peers.Clear();
        peers.AddRange([new OwnStore(), await InfluxPeer.StartAsync(), await VictoriaPeer.StartAsync()]);
        await AskAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in peers) await peer.DisposeAsync();
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Each batch is kept before the next; the embedded store also takes several at once, as it does when more wait than one.</summary>
    private void Append(AppendLoad load, int readings)
    {
        Say($"append, {readings:N0} readings of {load.Points:N0} points in batches of {BatchReadings:N0}; {rounds} rounds in turns");
        for (var round = 0; round < rounds; round++)
        {
            foreach (var peer in peers)
            {
                var batches = load.Batches(Start.AddDays(400 + round), readings);
                var figures = AppendFigures.Of(readings, () => peer.Append(batches));

                // What is computed and written for a server is another process's.
                Say($"  {peer.Name,-24}{(peer is OwnStore ? figures : $"{figures.PerSecond,12:N0} readings/s")}");
                if (peer is not OwnStore own) continue;
                batches = load.Batches(Start.AddDays(800 + round), readings);
                Say($"  {"plantroom, in groups",-24}{AppendFigures.Of(readings, () => own.AppendInGroups(batches))}");
            }
        }
    }

    private async Task SizeAsync()
    {
        var before = new Dictionary<IPeer, long>();
        foreach (var peer in peers)
        {
            await peer.SettleAsync(Start.AddDays(4000));
            before[peer] = peer.Bytes();
        }

        var building = new BuildingReadings(Start);
        var points = building.Points.Select(static p => PointId.Intern(p.Name)).ToArray();
        var readings = building.Read(TimeSpan.FromDays(days))
            .Select(r => new Reading(points[r.Point], DateTime.UnixEpoch.AddMilliseconds(r.Time), r.Value)).ToList();
        Say($"size, {days} days of the simulated building: {readings.Count:N0} readings of {points.Length} points");
        foreach (var peer in peers)
        {
            peer.Append(readings.Chunk(BatchReadings));
            await peer.SettleAsync(Start.AddDays(4000));
            Say($"  {peer.Name,-16}{(double)(peer.Bytes() - before[peer]) / readings.Count,8:F2} bytes a reading");
        }
    }

    private async Task AskAsync()
    {
        PointId[] meters = [.. Enumerable.Range(0, 50).Select(static i => PointId.Intern($"meters/M-{i}/power"))];
        PointId[] fast = [PointId.Intern("fast/P-1/pressure")];
        PointId[] many = [.. Enumerable.Range(0, 20_000).Select(static i => PointId.Intern($"many/E-{i}/value"))];
        foreach (var peer in peers)
        {
            peer.Append(Series(meters, TimeSpan.FromMinutes(15), 365 * 96).Chunk(BatchReadings));
            peer.Append(Series(fast, TimeSpan.FromSeconds(10), 30 * 8640).Chunk(BatchReadings));
            peer.Append(Series(many, TimeSpan.FromMinutes(1), 3).Chunk(BatchReadings));
            await peer.SettleAsync(Start.AddDays(4000));
        }

        Say($"questions, ms, median of {rounds} in turns");
        var year = new PeerQuestion("meters", "power", meters, new(Start, Start.AddDays(365)));
        await AskAsync("50 series x 1 year of 15 min, 1,000 samples each", p => p.ExtremesAsync(year));
        await AskAsync("50 series x 1 year of 15 min, every reading", p => p.AllAsync(year));
        await AskAsync("1 series x 30 days of 10 s, in hours", p => p.HoursAsync(new("fast", "pressure", fast, new(Start, Start.AddDays(30)))));
        await AskAsync("newest of 20,000 points", p => p.NewestAsync(new("many", "value", many, new(Start, Start.AddHours(1)))));
    }

    private static IEnumerable<Reading> Series(PointId[] points, TimeSpan every, int count)
    {
        foreach (var point in points)
        {
            var random = new Random(point.Index);
            var value = 50.0;
            for (var i = 0; i < count; i++) yield return new(point, Start + (i * every), Math.Round(value += random.NextDouble() - 0.5, 1));
        }
    }

    private async Task AskAsync(string name, Func<IPeer, Task<long>> ask)
    {
        var took = peers.ToDictionary(static p => p, static _ => new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var peer in peers)
            {
                var watch = Stopwatch.StartNew();
                if (await ask(peer) == 0) throw new InvalidOperationException($"{peer.Name} answered nothing.");
                if (round > 0) took[peer].Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        var medians = peers.Select(p => took[p].Order().ElementAt(rounds / 2)).ToList();
        Say($"  {name,-52}{string.Join("  ", peers.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{p.Name} {medians[i]:N1} ({medians[i] / medians[0]:N1})")))}");
    }
}
