using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;

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
    public async Task Round_ReadingsOfThreeDays_RemovesTheFirstDayInChunksAndAgainADayLater()
    {
        // The clock stands at Start; one reading each ten minutes from three days before until now.
        var points = Enumerable.Range(0, 3).Select(i => Store.Point($"old-{i}")).ToArray();
        foreach (var point in points)
            store.Write([.. Enumerable.Range(0, 432).Select(i => Store.At(point, (i - 431) * 600, i))]);

        await cleanUp.StartAsync(Cancel);

        // The timer of the rounds, then a pause after each of the five chunks: 3 x 143 readings are too old.
        await clock.TimerArmedAsync();
        for (var chunk = 0; chunk < 4; chunk++)
        {
            await clock.TimerArmedAsync();
            Assert.Equal((3 * 432) - (100 * (chunk + 1)), store.Count());
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        await RoundEndedAsync(1);
        Assert.Equal(3 * 289, store.Count());
        foreach (var point in points)
        {
            var kept = await store.History.RawAsync(point, new(DateTime.UnixEpoch, DateTime.MaxValue), Cancel);
            Assert.Equal(Store.Start.AddDays(-2), kept[0].Time);
        }

        clock.Advance(TimeSpan.FromDays(1));
        for (var chunk = 0; chunk < 4; chunk++)
        {
            await clock.TimerArmedAsync();
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        await RoundEndedAsync(2);
        Assert.Equal(3 * 145, store.Count());
        await cleanUp.StopAsync(Cancel);
    }

    [Fact]
    public void Remove_PointThatWentSilent_KeepsItsNewestReading()
    {
        var (silent, empty) = (Store.Point("silent"), Store.Point("gone"));
        store.Write(Store.At(silent, 0, 1), Store.At(silent, 1, 2), Store.At(empty, 0, 1));
        using (var connection = store.Connect()) HistoryFile.Run(connection, "DELETE FROM reading WHERE point = (SELECT max(id) FROM point)");
        long cursor = 0;

        Assert.Equal(1, store.Writer.Remove(Store.Start.AddYears(1), 100, ref cursor));
        Assert.Equal(0, store.Writer.Remove(Store.Start.AddYears(1), 100, ref cursor));

        Assert.Equal(0, cursor);
        Assert.Equal(1, store.Count());
    }

    [Fact]
    public void Remove_ManyPointsWithNothingOld_LooksAtSoManyInOneTransactionAndGoesOn()
    {
        store.Write([.. Enumerable.Range(0, 25).SelectMany(i => new[] { 0, 1 }.Select(s => Store.At(Store.Point($"young-{i}"), s, i)))]);
        var (cursor, calls) = (0L, 0);
        do
        {
            Assert.Equal(0, store.Writer.Remove(Store.Start, 10, ref cursor));
            calls++;
        }
        while (cursor != 0);

        Assert.Equal(3, calls);
        Assert.Equal(50, store.Count());
    }

    [Fact]
    public void Remove_ReadingAtTheLimit_IsKept()
    {
        var point = Store.Point("limit");
        store.Write(Store.At(point, 0, 1), Store.At(point, 10, 2), Store.At(point, 20, 3));
        long cursor = 0;
        Assert.Equal(1, store.Writer.Remove(Store.Start.AddSeconds(10), 100, ref cursor));
        Assert.Equal(2, store.Count());
    }

    [Fact]
    public async Task Round_StoreLocked_LeavesItToTheNextRound()
    {
        store.Write(Store.At(Store.Point("busy"), -864000, 1), Store.At(Store.Point("busy"), 0, 2));
        using (var other = store.Connect())
        {
            HistoryFile.Run(other, "BEGIN EXCLUSIVE");
            await cleanUp.StartAsync(Cancel);
            await WaitForAsync(() => logs.From(LogLevel.Warning).Count == 1);
        }

        clock.Advance(TimeSpan.FromDays(1));
        await RoundEndedAsync(1);
        Assert.Equal(1, store.Count());
        await cleanUp.StopAsync(Cancel);
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
