using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Tests.Sqlite;

namespace Plantroom.Ingest.Tests.Retention;

public sealed class CleanUpTests : IDisposable
{
    private readonly Store store = new(new() { KeepRaw = TimeSpan.FromDays(2), CleanUpChunk = 100 });
    private readonly TimerClock clock = new();
    private readonly Logs<CleanUp> logs = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CleanUp cleanUp;

    public CleanUpTests() =>
        cleanUp = new(store.Writer, new(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()), store.Options, clock, logs);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        cleanUp.Dispose();
        clock.Dispose();
        services.Dispose();
        store.Dispose();
    }

    [Fact]
    public async Task Round_ChunksOfTwentyDays_RemovesThoseThatAreTooOldOneTransactionEach()
    {
        // The clock stands at Start; one reading each ten minutes from twenty days before until now: chunks of 8, 8 and 4 days.
        var points = Enumerable.Range(0, 3).Select(i => Store.Point($"old-{i}")).ToArray();
        foreach (var point in points)
            store.Write([.. Enumerable.Range(0, 2880).Select(i => Store.At(point, (i - 2879) * 600, i))]);
        new Packer(store).Run(Store.Start);
        await cleanUp.StartAsync(Cancel);

        // The timer of the rounds, then a pause after each of the six chunks.
        await clock.TimerArmedAsync();
        for (var chunk = 0; chunk < 6; chunk++)
        {
            await clock.TimerArmedAsync();
            Assert.Equal(9 - chunk - 1, Chunks());
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        await RoundEndedAsync(1);
        Assert.All(points, p => Assert.Single(StoredPoint.Of(store, p).Chunks));
        await cleanUp.StopAsync(Cancel);
    }

    [Fact]
    public void Removal_PointThatWentSilent_KeepsItsNewestReadingAndItsSums()
    {
        var point = Store.Point("silent");
        store.Write(Store.At(point, 0, 1), Store.At(point, 1, 2));
        new Packer(store).Run(Store.Start.AddDays(1));

        Assert.Equal(1, Remove(Store.Start.AddDays(100), AsSet));

        var stored = StoredPoint.Of(store, point);
        Assert.Equal([2], stored.Rows.Values.Select(static r => r.Value));
        Assert.Empty(stored.Chunks);
        Assert.Equal([1, 1, 1], stored.Rollups.Select(static windows => windows.Sum(static w => (int)w.Summary.Count)));
    }

    [Fact]
    public void Removal_SumsOfManyYears_GoByTheirLevel()
    {
        var point = Store.Point("years");
        store.Write([.. Enumerable.Range(0, 12 * 365).Select(i => Store.At(point, i * 86_400.0, i))]);
        var now = Store.Start.AddDays(12 * 365);
        new Packer(store).Run(now);

        Remove(now, AsSet);

        var rollups = StoredPoint.Of(store, point).Rollups;
        Assert.InRange(rollups[0].Count, 1095, 1101);
        Assert.InRange(rollups[1].Count, 3652, 3670);
        Assert.Equal((12 * 365) - 1, rollups[2].Count);

        Remove(now, AsSet with { Days = TimeSpan.FromDays(4000) });
        Assert.InRange(StoredPoint.Of(store, point).Rollups[2].Count, 4000, 4384);
    }

    [Fact]
    public void Removal_NotPackedYet_IsLeftForPackingFirst()
    {
        store.Write(Store.At(Store.Point("unpacked"), 0, 1), Store.At(Store.Point("unpacked"), 1000, 2));
        Assert.Equal(0, Remove(Store.Start.AddYears(1), AsSet));
        Assert.Equal(2, store.Count());
    }

    [Fact]
    public void Removal_ManyPointsWithNothingOld_LooksAtSoManyInOneTransactionAndGoesOn()
    {
        store.Write([.. Enumerable.Range(0, 25).SelectMany(i => new[] { 0, 1 }.Select(s => Store.At(Store.Point($"young-{i}"), s, i)))]);
        var (round, calls) = (new RemovalRound(Store.Start, static _ => AsSet), 0);
        for (; !round.IsDone; calls++) Assert.Equal(0, store.Writer.Upkeep(s => s.Removal.Run(round, 10)));

        Assert.Equal(3, calls);
        Assert.Equal(50, store.Count());
    }

    [Fact]
    public async Task Round_StoreLocked_LeavesItToTheNextRound()
    {
        var point = Store.Point("busy");
        store.Write(Store.At(point, -864000, 1), Store.At(point, 0, 2));
        new Packer(store).Run(Store.Start);
        using (var other = store.Connect())
        {
            HistoryFile.Run(other, "BEGIN EXCLUSIVE");
            await cleanUp.StartAsync(Cancel);
            await WaitForAsync(() => logs.From(LogLevel.Warning).Count == 1);
        }

        clock.Advance(TimeSpan.FromDays(1));
        await WaitForAsync(() => Chunks() == 0);
        await cleanUp.StopAsync(Cancel);
    }

    private static KeptFor AsSet { get; } =
        new(TimeSpan.FromDays(90), TimeSpan.FromDays(1096), TimeSpan.FromDays(3653), null);

    private int Remove(DateTime now, KeptFor kept)
    {
        var (round, removed) = (new RemovalRound(now, _ => kept), 0);
        while (!round.IsDone) removed += store.Writer.Upkeep(s => s.Removal.Run(round, 10_000));
        return removed;
    }

    private long Chunks()
    {
        using var connection = store.Connect();
        return HistoryFile.Scalar(connection, "SELECT count(*) FROM chunk");
    }

    private Task RoundEndedAsync(int rounds) => WaitForAsync(() => logs.From(LogLevel.Information).Count(l => l.Level == LogLevel.Information) == rounds);

    /// <summary>What is waited for is on its way on another thread and needs no clock.</summary>
    private static async Task WaitForAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
