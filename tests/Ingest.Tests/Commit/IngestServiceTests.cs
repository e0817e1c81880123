using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Commit;

public sealed class IngestServiceTests : IDisposable
{
    private readonly Store store = new(new() { RetryDelay = TimeSpan.FromSeconds(1), RetryDelayMax = TimeSpan.FromSeconds(4) });
    private readonly InMemoryBus<ReadingBatch> bus = new();
    private readonly TimerClock clock = new();
    private readonly IngestHealth health = new(new());
    private readonly Logs<IngestService> logs = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, long> measured = new();
    private readonly ConcurrentQueue<(long Token, long Visible)> kept = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource> waiting = new();
    private readonly IngestMetrics metrics;
    private readonly IngestService service;

    public IngestServiceTests()
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        metrics = new(factory);
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Scope == factory) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((i, value, _, _) => measured.AddOrUpdate(i.Name, value, (_, sum) => sum + value));
        listener.Start();
        service = new(bus, store.Writer, health, metrics, store.Options, clock, logs);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        service.Dispose();
        listener.Dispose();
        metrics.Dispose();
        services.Dispose();
        clock.Dispose();
        store.Dispose();
    }

    [Fact]
    public async Task Batch_Published_IsAcknowledgedOnceAndOnlyWhenOthersSeeIt()
    {
        await service.StartAsync(Cancel);
        var point = Store.Point("kept");
        for (var i = 0; i < 5; i++)
        {
            await bus.PublishAsync(Batch(i, Store.At(point, i, i)), Cancel);
            await KeptAsync(i);
        }

        Assert.Equal([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)], kept);
        await StopAsync();
    }

    [Fact]
    public async Task Batches_WaitingWhileACommitCannotRun_AreStoredInFewTransactionsAndAcknowledgedInOrder()
    {
        await service.StartAsync(Cancel);
        var point = Store.Point("group");
        using (var other = Locked())
        {
            await bus.PublishAsync(Batch(0, Store.At(point, 0, 0)), Cancel);
            await clock.TimerArmedAsync();
            for (var i = 1; i < 500; i++) await bus.PublishAsync(Batch(i, Store.At(point, i, i)), Cancel);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        await KeptAsync(499);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), kept.Select(k => k.Token));
        Assert.Equal(500, measured["plantroom.ingest.readings.committed"]);
        Assert.Equal(2, measured["plantroom.ingest.commits"]);
        await StopAsync();
    }

    [Fact]
    public async Task Group_AtMaxCommit_TakesNoFurtherBatch()
    {
        store.Options.Value.MaxCommit = 10;
        await service.StartAsync(Cancel);
        var point = Store.Point("max");
        using (var other = Locked())
        {
            await bus.PublishAsync(Batch(0, Store.At(point, 0, 0)), Cancel);
            await clock.TimerArmedAsync();
            for (var i = 1; i <= 10; i++)
                await bus.PublishAsync(Batch(i, [.. Enumerable.Range(0, 4).Select(n => Store.At(point, (i * 4) + n, n))]), Cancel);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        await KeptAsync(10);

        // The one that met the lock, then three batches at a time (12 readings), one at last.
        Assert.Equal(1 + 4, measured["plantroom.ingest.commits"]);
        await StopAsync();
    }

    [Fact]
    public async Task Batch_WithAcknowledgementsOnly_IsKeptInOrderAfterWhatCameBefore()
    {
        await service.StartAsync(Cancel);
        var point = Store.Point("empty");
        await bus.PublishAsync(Batch(0), Cancel);
        await KeptAsync(0);
        using (var other = Locked())
        {
            await bus.PublishAsync(Batch(1, Store.At(point, 0, 0)), Cancel);
            await clock.TimerArmedAsync();
            await bus.PublishAsync(Batch(2), Cancel);
        }

        Assert.Equal([0], kept.Select(k => k.Token));
        clock.Advance(TimeSpan.FromSeconds(1));
        await KeptAsync(2);
        Assert.Equal([0, 1, 2], kept.Select(k => k.Token));
        await StopAsync();
    }

    [Fact]
    public async Task Batches_WithAcknowledgementsOnlyWithoutEnd_AreKeptAllTheSame()
    {
        store.Options.Value.MaxCommit = 10;
        var source = new EndlessBus(token => token < 1000 ? Batch(token) : null, () => kept.Count >= 25);
        using var busy = new IngestService(source, store.Writer, health, metrics, store.Options, clock, new Logs<IngestService>());

        await busy.StartAsync(Cancel);
        await busy.ExecuteTask!.WaitAsync(Cancel);

        Assert.Equal(Enumerable.Range(0, 30).Select(i => (long)i), kept.Select(k => k.Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Batches_OfAnySizeWithFailuresBetween_AreEachKeptOnceInOrderAndOnlyWhenStored(int seed)
    {
        store.Options.Value.MaxCommit = 40;
        await service.StartAsync(Cancel);
        var random = new Random(seed);
        var points = Enumerable.Range(0, 5).Select(i => Store.Point($"random-{seed}-{i}")).ToArray();
        var (token, readings) = (0L, 0);
        var storedBy = new List<int>();
        for (var round = 0; round < 10; round++)
        {
            using (var other = Locked())
            {
                for (var (i, size) = (0, random.Next(1, 60)); i < size; i++)
                {
                    // The first one meets the lock; some of the others hold nothing but an acknowledgement.
                    var length = i > 0 && random.Next(5) == 0 ? 0 : random.Next(1, 9);
                    Reading[] some = [.. Enumerable.Range(0, length).Select(_ => Store.At(points[random.Next(5)], readings++, token))];
                    storedBy.Add(readings);
                    await bus.PublishAsync(Batch(token++, some), Cancel);
                }

                await clock.TimerArmedAsync();
                Assert.True(kept.Count < token);
            }

            clock.Advance(TimeSpan.FromSeconds(1));
            await KeptAsync(token - 1);
        }

        await StopAsync();
        Assert.Equal(Enumerable.Range(0, (int)token).Select(i => (long)i), kept.Select(k => k.Token));
        Assert.All(kept, k => Assert.True(k.Visible >= storedBy[(int)k.Token], $"{k} was acknowledged before it was stored"));
        Assert.Equal(readings, store.Count());
        Assert.Equal(readings, measured["plantroom.ingest.readings.committed"]);
    }

    [Fact]
    public async Task Commit_PartOfItFails_StoresAndAcknowledgesNothingOfIt()
    {
        await service.StartAsync(Cancel);
        var (known, point) = (Store.Point("whole"), Store.Point("refused"));
        await bus.PublishAsync(Batch(0, Store.At(known, 0, 0)), Cancel);
        await KeptAsync(0);
        using var other = store.Connect();
        HistoryFile.Run(other, "CREATE TRIGGER full BEFORE INSERT ON reading WHEN NEW.value = 13 BEGIN SELECT RAISE(FAIL, 'disk full'); END");

        await bus.PublishAsync(Batch(1, Store.At(known, 1, 1), Store.At(point, 1, 13)), Cancel);
        var stopped = await Record.ExceptionAsync(() => service.ExecuteTask!.WaitAsync(Cancel));

        // A constraint is a mistake of ours that no waiting mends.
        Assert.IsType<Microsoft.Data.Sqlite.SqliteException>(stopped);
        Assert.Equal([(0, 1)], kept);
        Assert.Equal(1, store.Count());
        Assert.True(store.Last.TryGet([known, point], out var last));
        Assert.Equal([Store.At(known, 0, 0)], last);
    }

    [Fact]
    public async Task Commit_StoreLocked_AcknowledgesNothingBacksOffAndRecoversByItself()
    {
        await service.StartAsync(Cancel);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
        var point = Store.Point("locked");
        using (var other = Locked())
        {
            await bus.PublishAsync(Batch(0, Store.At(point, 0, 0)), Cancel);
            foreach (var seconds in (int[])[1, 2, 4, 4])
            {
                await clock.TimerArmedAsync();
                Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());
                Assert.Empty(kept);

                // A little less than the pause must not be enough, or the next attempt's timer would be armed already.
                clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
                clock.Advance(TimeSpan.FromMilliseconds(1));
            }

            await clock.TimerArmedAsync();
        }

        Assert.Equal(5, measured["plantroom.ingest.commit.failures"]);
        clock.Advance(TimeSpan.FromSeconds(4));
        await KeptAsync(0);

        Assert.Equal([(0, 1)], kept);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
        Assert.Single(logs.From(LogLevel.Error));
        Assert.Single(logs.From(LogLevel.Information), l => l.Text.Contains("stored again", StringComparison.Ordinal));
        await StopAsync();
    }

    [Fact]
    public async Task Start_StoreCannotBeOpened_ComesUpUnhealthyAndStoresWhatCameOnceItCan()
    {
        Directory.CreateDirectory(store.Folder.History);
        await service.StartAsync(Cancel);
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());
        await bus.PublishAsync(Batch(0, Store.At(Store.Point("late"), 0, 0)), Cancel);
        await clock.TimerArmedAsync();

        Directory.Delete(store.Folder.History);
        clock.Advance(TimeSpan.FromSeconds(1));
        await KeptAsync(0);

        Assert.Equal(HealthStatus.Healthy, await HealthAsync());
        await StopAsync();
    }

    [Fact]
    public async Task Stop_BatchesWaiting_DrainsUntilTheBusIsComplete()
    {
        await service.StartAsync(Cancel);
        var point = Store.Point("drain");
        for (var i = 0; i < 200; i++) await bus.PublishAsync(Batch(i, Store.At(point, i, i)), Cancel);

        var stopping = service.StopAsync(Cancel);
        for (var i = 200; i < 300; i++) await bus.PublishAsync(Batch(i, Store.At(point, i, i)), Cancel);
        Assert.False(stopping.IsCompleted);
        bus.Complete();
        await stopping;

        Assert.Equal(300, kept.Count);
        Assert.Equal(300, store.Count());
        Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Stop_StoreStaysLocked_GivesUpWithoutAcknowledging()
    {
        await service.StartAsync(Cancel);
        using (var other = Locked())
        {
            await bus.PublishAsync(Batch(0, Store.At(Store.Point("forced"), 0, 0)), Cancel);
            await clock.TimerArmedAsync();
            bus.Complete();
            using var patience = new CancellationTokenSource();
            var stopping = service.StopAsync(patience.Token);
            await patience.CancelAsync();
            await stopping;
            await service.ExecuteTask!.WaitAsync(Cancel);
        }

        Assert.Empty(kept);
        Assert.Contains(logs.From(LogLevel.Warning), l => l.Text.Contains("none of them was acknowledged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publisher_QueueFull_WaitsInsteadOfLosing()
    {
        store.Options.Value.QueueCapacity = 2;
        await service.StartAsync(Cancel);
        var point = Store.Point("pressure");
        ValueTask blocked;
        using (var other = Locked())
        {
            await bus.PublishAsync(Batch(0, Store.At(point, 0, 0)), Cancel);
            await clock.TimerArmedAsync();
            await bus.PublishAsync(Batch(1, Store.At(point, 1, 0)), Cancel);
            await bus.PublishAsync(Batch(2, Store.At(point, 2, 0)), Cancel);
            blocked = bus.PublishAsync(Batch(3, Store.At(point, 3, 0)), Cancel);
            Assert.False(blocked.IsCompleted);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        await blocked;
        await KeptAsync(3);
        Assert.Equal(4, store.Count());
        await StopAsync();
    }

    private ReadingBatch Batch(long token, params Reading[] readings) =>
        new(readings, new[] { new Acknowledgement(static (test, token) => ((IngestServiceTests)test).Kept(token), this, token) });

    private void Kept(long token)
    {
        kept.Enqueue((token, store.Count()));
        waiting.GetOrAdd(token, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private Task KeptAsync(long token) =>
        waiting.GetOrAdd(token, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(Cancel);

    /// <summary>Another program holds the store; until it is disposed, nothing can be written.</summary>
    private Microsoft.Data.Sqlite.SqliteConnection Locked()
    {
        var connection = store.Connect();
        HistoryFile.Run(connection, "BEGIN EXCLUSIVE");
        return connection;
    }

    private async Task<HealthStatus> HealthAsync() => (await health.CheckHealthAsync(new(), Cancel)).Status;

    private Task StopAsync()
    {
        bus.Complete();
        return service.StopAsync(Cancel);
    }

    /// <summary>A bus whose queue has always one more batch, until the test has seen enough.</summary>
    private sealed class EndlessBus(Func<long, ReadingBatch?> next, Func<bool> enough) : IBus<ReadingBatch>, IBusSubscription<ReadingBatch>
    {
        private long taken;

        public string Subscriber => "ingest";

        public int Depth => 1;

        public long Dropped => 0;

        public ReadingBatch? TryTake() => next(taken++);

        public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default) => new(!enough());

        public IBusSubscription<ReadingBatch> Subscribe(string subscriber, int capacity, WhenFull whenFull, Finished finished) => this;

        public ValueTask PublishAsync(ReadingBatch message, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<ReadingBatch> ReadAllAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void Complete()
        {
            // Ends when the test has seen enough.
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
