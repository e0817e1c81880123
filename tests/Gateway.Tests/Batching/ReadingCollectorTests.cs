using Plantroom.Mqtt;

namespace Plantroom.Gateway.Tests;

public sealed class ReadingCollectorTests : IDisposable
{
    private static readonly PointId Level = PointId.Intern("hq/SP-1/level");
    private readonly GatewayBench bench = new(static o => o.MaxBatch = 10);
    private readonly FakeDebtor debtor = new();
    private double next;

    public void Dispose() => bench.Dispose();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private ReadingCollector Collector => bench.Collector;

    [Fact]
    public async Task Add_BeforeThePumpRuns_GathersOneBatchInOrder()
    {
        using var subscription = bench.Bus.Subscribe("test", 10, WhenFull.Wait);
        Assert.True(Add(3).IsCompleted);
        Assert.True(Add(2).IsCompleted);

        await PumpToTheEnd();

        var batch = subscription.TryTake()!;
        Assert.Equal([0, 1, 2, 3, 4], batch.Readings.ToArray().Select(static r => r.Value));
        Assert.Null(subscription.TryTake());
    }

    [Fact]
    public async Task Add_WhileThePumpIsIdle_IsPublishedWithoutATimer()
    {
        using var subscription = bench.Bus.Subscribe("test", 10, WhenFull.Wait);
        var pump = Collector.PumpAsync(Ending);

        foreach (var expected in Enumerable.Range(0, 5))
        {
            Assert.True(Add(1).IsCompleted);
            Assert.True(await subscription.WaitAsync(Ending));
            Assert.Equal(expected, Assert.Single(subscription.TryTake()!.Readings.ToArray()).Value);
        }

        Collector.Close();
        await pump;
    }

    [Fact]
    public async Task Add_BatchIsFull_WaitsForItsTurnAndKeepsTheOrder()
    {
        using var subscription = bench.Bus.Subscribe("test", 10, WhenFull.Wait);
        Assert.True(Add(10).IsCompleted);
        var second = Add(6);
        var third = Add(4);
        var fourth = Add(1);
        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted);
        Assert.False(fourth.IsCompleted);
        Assert.Equal(21, Collector.Pending);

        await PumpToTheEnd();
        await second;
        await third;
        await fourth;

        Assert.Equal([10, 10, 1], Taken(subscription).Select(static b => b.Readings.Length));
        Assert.Equal(0, Collector.Pending);
    }

    [Fact]
    public async Task Add_BusTakesNothing_HoldsTheSenderUntilItDoes()
    {
        using var subscription = bench.Bus.Subscribe("slow", 1, WhenFull.Wait);
        var pump = Collector.PumpAsync(Ending);
        var sent = 0;
        Task held;
        for (held = Add(5); held.IsCompleted; held = Add(5)) Assert.InRange(++sent, 0, 20);

        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange(Collector.Pending, 15, 25); // one batch at the bus, one full, one behind it

        Assert.True(await subscription.WaitAsync(Ending));
        var taken = new List<Reading>();
        taken.AddRange(subscription.TryTake()!.Readings);
        while (!held.IsCompleted)
            if (await subscription.WaitAsync(Ending) && subscription.TryTake() is { } batch)
                taken.AddRange(batch.Readings);
        await held;
        Collector.Close();
        while (taken.Count < next && await subscription.WaitAsync(Ending)) taken.AddRange(subscription.TryTake()!.Readings);
        await pump;

        Assert.Equal(Enumerable.Range(0, (int)next).Select(static i => (double)i), taken.Select(static r => r.Value));
    }

    [Fact]
    public async Task BlockedFor_BusTakesNothing_GrowsUntilItDoes()
    {
        using var subscription = bench.Bus.Subscribe("slow", 1, WhenFull.Wait);
        await bench.Bus.PublishAsync(new(ReadOnlyMemory<Reading>.Empty), Ending);
        Assert.Equal(TimeSpan.Zero, Collector.BlockedFor);
        Assert.True(Add(1).IsCompleted);

        var pump = Collector.PumpAsync(Ending); // runs up to the full queue before it returns
        bench.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(TimeSpan.FromSeconds(11), Collector.BlockedFor);

        subscription.TryTake();
        Collector.Close();
        await pump;
        Assert.Equal(TimeSpan.Zero, Collector.BlockedFor);
    }

    [Fact]
    public async Task Add_MoreThanABatchHolds_IsOneBatch()
    {
        using var subscription = bench.Bus.Subscribe("test", 10, WhenFull.Wait);
        _ = Add(1);
        _ = Add(25);
        _ = Add(1);

        await PumpToTheEnd();

        Assert.Equal([1, 25, 1], Taken(subscription).Select(static b => b.Readings.Length));
    }

    [Fact]
    public async Task Add_AcknowledgementsOwed_AreCompletedInOrderWhenTheBatchIsKept()
    {
        using var subscription = bench.Bus.Subscribe("test", 10, WhenFull.Wait);
        _ = Add(1, debtor.Owes(7));
        _ = Add(0, debtor.Owes(8)); // wholly rejected
        _ = Add(2);                 // QoS 0
        _ = Add(2, debtor.Owes(9));

        await PumpToTheEnd();
        var batch = Assert.Single(Taken(subscription));
        Assert.Empty(debtor.Acknowledged);
        batch.Kept();

        Assert.Equal([7, 8, 9], debtor.Acknowledged);
    }

    [Fact]
    public async Task Add_OnlyAnAcknowledgement_IsPublishedAtOnce()
    {
        using var subscription = bench.Bus.Subscribe("test", 10, WhenFull.Wait);
        var pump = Collector.PumpAsync(Ending);

        _ = Add(0, debtor.Owes(1));
        Assert.True(await subscription.WaitAsync(Ending));
        var batch = subscription.TryTake()!;
        batch.Kept();

        Assert.Equal(0, batch.Readings.Length);
        Assert.Equal([1], debtor.Acknowledged);
        Collector.Close();
        await pump;
    }

    [Fact]
    public async Task Add_NothingAtAll_IsNotPublished()
    {
        using var subscription = bench.Bus.Subscribe("test", 10, WhenFull.Wait);
        _ = Add(0);

        await PumpToTheEnd();

        Assert.Empty(Taken(subscription));
    }

    [Fact]
    public void Add_OnlyAcknowledgementsWhileTheBusIsStuck_HoldsTheSenderToo()
    {
        var waits = Enumerable.Range(0, 11).Select(i => Add(0, debtor.Owes(i)).IsCompleted).ToList();

        Assert.Equal([true, true, true, true, true, true, true, true, true, true, false], waits);
    }

    [Fact]
    public void Add_AfterClose_TakesNothing()
    {
        Collector.Close();

        Assert.False(Collector.TryAdd([new(Level, default, 1)], debtor.Owes(1), out var room));
        Assert.True(room.IsCompleted);
        Assert.Equal(0, Collector.Pending);
    }

    [Fact]
    public async Task Add_FromSeveralThreads_LosesNothingAndKeepsEachOnesOrder()
    {
        const int Threads = 4;
        const int Messages = 5_000;
        using var subscription = bench.Bus.Subscribe("test", 3, WhenFull.Wait);
        var pump = Collector.PumpAsync(Ending);
        var senders = Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                Assert.True(Collector.TryAdd([new(Level, default, (thread * Messages) + i)], debtor.Owes((thread * Messages) + i), out var room));
                await room;
            }
        }, Ending)).ToList();

        var seen = new List<double>();
        var largest = 0;
        var close = Task.WhenAll(senders).ContinueWith(_ => Collector.Close(), Ending, TaskContinuationOptions.None, TaskScheduler.Default);
        while (seen.Count < Threads * Messages && await subscription.WaitAsync(Ending))
            while (subscription.TryTake() is { } batch)
            {
                largest = Math.Max(largest, batch.Readings.Length);
                foreach (var reading in batch.Readings) seen.Add(reading.Value);
                batch.Kept();
            }

        await close;
        await pump;
        Assert.InRange(largest, 1, 10);
        foreach (var thread in Enumerable.Range(0, Threads))
            Assert.Equal(
                Enumerable.Range(thread * Messages, Messages).Select(static v => (double)v),
                seen.Where(v => (int)v / Messages == thread));
        Assert.Equal(seen.Select(static v => (long)v), debtor.Acknowledged);
    }

    private Task Add(int count, MqttAcknowledgement acknowledgement = default)
    {
        var readings = Enumerable.Range(0, count).Select(_ => new Reading(Level, default, next++)).ToArray();
        Assert.True(Collector.TryAdd(readings, acknowledgement, out var room));
        Array.Clear(readings); // the work space is used again at once
        return room.AsTask();
    }

    private async Task PumpToTheEnd()
    {
        Collector.Close();
        await Collector.PumpAsync(Ending);
    }

    private static List<ReadingBatch> Taken(IBusSubscription<ReadingBatch> subscription)
    {
        var taken = new List<ReadingBatch>();
        while (subscription.TryTake() is { } batch) taken.Add(batch);
        return taken;
    }
}
