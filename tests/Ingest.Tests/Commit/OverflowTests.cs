using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests.Commit;

/// <summary>The store's queue while the store does not ask; a rule's queue beside it.</summary>
public sealed class OverflowTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly InMemoryBus<ReadingBatch> bus = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Logs<HeldQueue> logs = new();
    private readonly IngestMetrics metrics;
    private readonly Overflow overflow;
    private readonly IBusSubscription<ReadingBatch> store;
    private readonly IBusSubscription<ReadingBatch> rules;
    private readonly PointId point = Store.Point("overflow");
    private int kept;

    public OverflowTests()
    {
        metrics = new(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        var options = Options.Create(new IngestOptions { MaxHeld = 100, StuckAfter = TimeSpan.FromSeconds(2) });
        overflow = new(bus, metrics, options, clock, logs);
        store = overflow.Subscribe("ingest", 4, WhenFull.Wait, Finished.WhenKept);
        rules = bus.Subscribe("alerts", 100_000, WhenFull.Wait);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        overflow.Dispose();
        metrics.Dispose();
        services.Dispose();
    }

    [Fact]
    public async Task Store_Works_GetsEverythingInOrder_AndNothingIsHeld()
    {
        for (var i = 0; i < 50; i++)
        {
            await bus.PublishAsync(Batch(i, owed: true), Cancel);
            overflow.Relieve();
            Assert.True(await store.WaitAsync(Cancel));
            Assert.Equal(i, Assert.Single(store.TryTake()!.Readings.ToArray()).Value);
            clock.Advance(TimeSpan.FromMinutes(1));
            overflow.Relieve();
        }

        Assert.Equal(TimeSpan.Zero, overflow.StuckFor);
        Assert.Empty(logs.From(LogLevel.Debug));
    }

    [Fact]
    public async Task Store_AskedAMomentAgo_HoldsThePublisherBack()
    {
        for (var i = 0; i < 4; i++) await bus.PublishAsync(Batch(i, owed: true), Cancel);
        var waiting = bus.PublishAsync(Batch(4, owed: true), Cancel);
        clock.Advance(TimeSpan.FromSeconds(1.9));

        overflow.Relieve();

        Assert.False(waiting.IsCompleted);
        Assert.Equal(4, store.Depth);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        overflow.Relieve();
        await waiting;
    }

    [Fact]
    public async Task Store_Stuck_RulesSeeEverything_WhatNobodyWaitsForIsDroppedBeyondTheBound_TheRestArrivesInOrder()
    {
        clock.Advance(TimeSpan.FromSeconds(5));
        var published = PublishAsync(1000, static i => i % 50 == 0);
        await RelieveUntilAsync(published);

        Assert.Equal(1000, rules.Depth);
        var taken = TakeAll();
        Assert.InRange(taken.Count, 70, 100);
        Assert.Equal(taken.Order(), taken);
        Assert.Equal(Enumerable.Range(0, 20).Select(static i => i * 50.0), taken.Where(static v => v % 50 == 0));
        Assert.Contains(999.0, taken);
        Assert.Equal(1000 - taken.Count, store.Dropped);
        Assert.Contains($"{store.Dropped} readings", logs.From(LogLevel.Warning)[^1].Text, StringComparison.Ordinal);
        Assert.Equal(20, kept);
    }

    [Fact]
    public async Task Store_StuckWithOnlyWhatIsOwed_DropsNothing_AndAtTheBoundTheSendersWait()
    {
        clock.Advance(TimeSpan.FromSeconds(5));
        var published = PublishAsync(1000, static _ => true);

        // A reading and its acknowledgement count two.
        await Eventually.True(() => Relieved() == 50 + 4, "as many are held as may be, and the queue is full", Cancel);
        for (var i = 0; i < 100; i++) Assert.Equal(50 + 4, Relieved());
        Assert.False(published.IsCompleted);
        Assert.Equal(0, store.Dropped);
        await RelieveUntilAsync(published, () => TakeAll());
        TakeAll();
        Assert.Equal(1000, kept);
    }

    [Fact]
    public async Task Store_ComesBack_NothingIsLostWithinTheBound_AlsoWhenTheBusEnds()
    {
        clock.Advance(TimeSpan.FromSeconds(5));
        await RelieveUntilAsync(PublishAsync(40, static i => i % 2 == 0));
        bus.Complete();

        var taken = new List<double>();
        while (await store.WaitAsync(Cancel))
            while (store.TryTake() is { } batch)
                taken.Add(batch.Readings[0].Value);

        Assert.Equal(Enumerable.Range(0, 40).Select(static i => (double)i), taken);
        Assert.Equal(0, store.Dropped);
    }

    [Fact]
    public async Task QuietNight_ThenABatch_IsNotTakenForAStuckStore()
    {
        var waiting = store.WaitAsync(Cancel);
        for (var i = 0; i < 100; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            overflow.Relieve();
        }

        await bus.PublishAsync(Batch(0, owed: true), Cancel);
        overflow.Relieve();

        Assert.InRange(overflow.StuckFor, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Empty(logs.From(LogLevel.Debug));
        Assert.True(await waiting);
    }

    private async Task PublishAsync(int count, Func<int, bool> owed)
    {
        for (var i = 0; i < count; i++) await bus.PublishAsync(Batch(i, owed(i)), Cancel);
    }

    private async Task RelieveUntilAsync(Task published, Action? between = null)
    {
        while (!published.IsCompleted)
        {
            between?.Invoke();
            if (between is not null) clock.Advance(TimeSpan.FromSeconds(3));
            overflow.Relieve();
            await Task.Yield();
        }

        await published;
        clock.Advance(TimeSpan.FromSeconds(3));
        overflow.Relieve();
    }

    private int Relieved()
    {
        overflow.Relieve();
        return store.Depth;
    }

    private List<double> TakeAll()
    {
        var values = new List<double>();
        while (store.TryTake() is { } batch)
        {
            values.Add(batch.Readings[0].Value);
            batch.Kept();
        }

        return values;
    }

    private ReadingBatch Batch(int number, bool owed) => new(
        new[] { Store.At(point, number, number) },
        owed ? new[] { new Acknowledgement(static (test, _) => ((OverflowTests)test).kept++, this, number) } : default);
}
