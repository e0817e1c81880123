using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Compaction;

namespace Plantroom.Ingest.Tests.Sqlite;

public sealed class CompactionTests : IDisposable
{
    private readonly Store store = new();
    private readonly TimerClock clock = new();
    private readonly Logs<Compaction> logs = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CompactionMetrics metrics;
    private readonly Compaction compaction;

    public CompactionTests()
    {
        metrics = new(services.GetRequiredService<IMeterFactory>());
        compaction = new(store.Writer, new(store.Folder, store.Writer, clock), metrics, store.Options, clock, logs);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        compaction.Dispose();
        metrics.Dispose();
        clock.Dispose();
        services.Dispose();
        store.Dispose();
    }

    [Fact]
    public async Task Service_EveryFiveMinutes_PacksThePast()
    {
        var point = Store.Point("service");
        store.Write([.. Enumerable.Range(0, 2000).Select(i => Store.At(point, -20_000 + (i * 10), i))]);
        await compaction.StartAsync(Cancel);
        await clock.TimerArmedAsync();
        Assert.Empty(StoredPoint.Of(store, point).Chunks);

        clock.Advance(TimeSpan.FromMinutes(5));
        while (StoredPoint.Of(store, point).Chunks.Count == 0) await Task.Yield();
        await compaction.StopAsync(Cancel);

        Assert.Equal(StoredTime.ToMilliseconds(Store.Start.AddHours(-2)), StoredPoint.Of(store, point).Closed);
    }

    [Fact]
    public async Task Round_OnePointsChunkIsDamaged_PacksTheOthersAndSaysSo()
    {
        PointId[] points = [Store.Point("sound-a"), Store.Point("damaged"), Store.Point("sound-b")];
        foreach (var point in points) store.Write([.. Enumerable.Range(0, 3000).Select(i => Store.At(point, (i * 10) - 90_000, i))]);
        new Packer(store).Run(Store.Start.AddHours(-19));
        using (var connection = store.Connect())
            HistoryFile.Run(connection, "UPDATE chunk SET count = count + 1 WHERE point = (SELECT id FROM point WHERE name LIKE '%damaged%')");

        var round = compaction.RoundAsync(Cancel);
        while (!round.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await round;
        Assert.Single(logs.From(LogLevel.Error));
        Assert.Equal([1, 1, 1], points.Select(p => Chunks(p)));
        Assert.Equal([true, false, true], points.Select(p => StoredAll(p)));
    }

    private long Chunks(PointId point) => Number(point, "SELECT count(*) FROM chunk");

    private bool StoredAll(PointId point) => Number(point, "SELECT sum(count) FROM chunk") == 2999;

    private long Number(PointId point, string sql)
    {
        using var connection = store.Connect();
        return HistoryFile.Scalar(connection, $"{sql} WHERE point = (SELECT id FROM point WHERE name = '{point}')");
    }
}
