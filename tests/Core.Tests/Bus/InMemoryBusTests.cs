namespace Plantroom.Core.Tests;

public sealed class InMemoryBusTests
{
    private readonly InMemoryBus<string> bus = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_SeveralSubscribers_EachGetsEverythingInOrder()
    {
        using var first = bus.Subscribe("first", 10, WhenFull.Wait);
        using var second = bus.Subscribe("second", 10, WhenFull.Wait);

        foreach (var message in new[] { "a", "b", "c" }) await bus.PublishAsync(message, Ending);
        bus.Complete();

        Assert.Equal(["a", "b", "c"], await All(first));
        Assert.Equal(["a", "b", "c"], await All(second));
        Assert.Equal("first", first.Subscriber);
    }

    [Fact]
    public async Task Publish_NobodySubscribed_IsDone() => await bus.PublishAsync("a", Ending);

    [Fact]
    public async Task Publish_FullQueueThatWaits_HoldsThePublisherUntilThereIsRoom()
    {
        using var slow = bus.Subscribe("slow", 1, WhenFull.Wait);
        await bus.PublishAsync("a", Ending);
        var held = bus.PublishAsync("b", Ending).AsTask();
        Assert.False(held.IsCompleted);

        Assert.Equal("a", slow.TryTake());
        await held;

        Assert.Equal(1, slow.Depth);
        Assert.Equal("b", slow.TryTake());
        Assert.Equal(0, slow.Dropped);
    }

    [Fact]
    public async Task Publish_FullQueueThatDropsOldest_NeverHoldsAndCounts()
    {
        using var screen = bus.Subscribe("screen", 2, WhenFull.DropOldest);

        foreach (var message in new[] { "a", "b", "c", "d" })
            Assert.True(bus.PublishAsync(message, Ending).AsTask().IsCompletedSuccessfully);
        bus.Complete();

        Assert.Equal(2, screen.Dropped);
        Assert.Equal(["c", "d"], await All(screen));
    }

    [Fact]
    public async Task Publish_OneQueueIsFull_TheOthersHaveTheMessageAlready()
    {
        // The slow one comes first: it is asked first.
        using var slow = bus.Subscribe("slow", 1, WhenFull.Wait);
        using var quick = bus.Subscribe("quick", 10, WhenFull.Wait);
        await bus.PublishAsync("a", Ending);

        var held = bus.PublishAsync("b", Ending).AsTask();

        Assert.False(held.IsCompleted);
        Assert.Equal(2, quick.Depth);
        slow.TryTake();
        await held;
    }

    [Fact]
    public async Task Publish_CancelledWhileItWaits_EndsTheWait()
    {
        using var slow = bus.Subscribe("slow", 1, WhenFull.Wait);
        await bus.PublishAsync("a", Ending);
        using var cancellation = new CancellationTokenSource();
        var held = bus.PublishAsync("b", cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task Dispose_SubscriberThatHoldsThePublisher_LetsItGoOn()
    {
        var slow = bus.Subscribe("slow", 1, WhenFull.Wait);
        await bus.PublishAsync("a", Ending);
        var held = bus.PublishAsync("b", Ending).AsTask();

        slow.Dispose();
        await held;
        await bus.PublishAsync("c", Ending);

        Assert.Equal("a", slow.TryTake());
        Assert.False(await slow.WaitAsync(Ending));
    }

    [Fact]
    public async Task Subscribe_Later_GetsWhatComesFromThenOn()
    {
        await bus.PublishAsync("before", Ending);
        using var late = bus.Subscribe("late", 10, WhenFull.Wait);
        await bus.PublishAsync("after", Ending);
        bus.Complete();

        Assert.Equal(["after"], await All(late));
    }

    [Fact]
    public async Task Complete_QueueStillHolds_DrainsAndThenEnds()
    {
        using var subscription = bus.Subscribe("s", 10, WhenFull.Wait);
        await bus.PublishAsync("a", Ending);

        bus.Complete();

        Assert.True(await subscription.WaitAsync(Ending));
        Assert.Equal("a", subscription.TryTake());
        Assert.False(await subscription.WaitAsync(Ending));
        Assert.Null(subscription.TryTake());
    }

    [Fact]
    public async Task Subscribe_AfterComplete_EndsAtOnce()
    {
        bus.Complete();
        using var subscription = bus.Subscribe("late", 10, WhenFull.Wait);

        Assert.False(await subscription.WaitAsync(Ending));
    }

    [Fact]
    public void Subscribe_NoCapacity_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Subscribe("s", 0, WhenFull.Wait));

    [Fact]
    public async Task Publish_FromSeveralPublishers_LosesNothingAndKeepsEachOnesOrder()
    {
        const int Each = 2_000;
        using var subscription = bus.Subscribe("s", 7, WhenFull.Wait);
        var publishing = Task.WhenAll(new[] { "a", "b", "c" }.Select(name => Task.Run(
            async () =>
            {
                for (var i = 0; i < Each; i++) await bus.PublishAsync($"{name}{i}", Ending);
            },
            Ending))).ContinueWith(_ => bus.Complete(), Ending, TaskContinuationOptions.None, TaskScheduler.Default);

        var received = await All(subscription);
        await publishing;

        foreach (var name in new[] { 'a', 'b', 'c' })
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"{name}{i}"), received.Where(m => m[0] == name));
    }

    private static async Task<List<string>> All(IBusSubscription<string> subscription)
    {
        var all = new List<string>();
        await foreach (var message in subscription.ReadAllAsync(Ending)) all.Add(message);
        return all;
    }
}
