using Xunit;

namespace Plantroom.TestKit.Bus;

/// <summary>
/// What every bus promises, within a process and between processes. A bus joins by deriving and saying how numbered messages are made
/// and known again.
/// </summary>
public abstract class BusContract<T>
    where T : class
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected static CancellationToken Ending => TestContext.Current.CancellationToken;

    protected abstract IBus<T> Bus { get; }

    protected abstract T Message(string publisher, int number);

    protected abstract (string Publisher, int Number) Of(T message);

    [Fact]
    public async Task Publish_SeveralSubscribers_EachGetsEverythingInOrder()
    {
        using var first = Bus.Subscribe("first", 10, WhenFull.Wait);
        using var second = Bus.Subscribe("second", 10, WhenFull.Wait);
        using var third = Bus.Subscribe("third", 10, WhenFull.DropOldest);

        await PublishAsync(1, 8);
        Bus.Complete();

        foreach (var subscription in new[] { first, second, third }) Assert.Equal(Enumerable.Range(1, 8), await NumbersAsync(subscription));
        Assert.Equal("first", first.Subscriber);
    }

    [Fact]
    public async Task Publish_NobodySubscribed_IsDone() => await Bus.PublishAsync(Message("a", 1), Ending);

    [Fact]
    public async Task Publish_FullQueueThatWaits_HoldsNoMoreAndLosesNothing()
    {
        using var slow = Bus.Subscribe("slow", 3, WhenFull.Wait);
        var publishing = PublishAsync(1, 40);
        await Eventually.True(() => slow.Depth == 3, "a full queue", Ending);

        var numbers = new List<int>();
        while (numbers.Count < 40 && await slow.WaitAsync(Ending))
        {
            Assert.InRange(slow.Depth, 0, 3);
            while (slow.TryTake() is { } message) numbers.Add(Of(message).Number);
        }

        await publishing;
        Assert.Equal(Enumerable.Range(1, 40), numbers);
        Assert.Equal(0, slow.Dropped);
    }

    [Fact]
    public async Task Publish_FullQueueThatDropsOldest_NeverHoldsAndCounts()
    {
        using var screen = Bus.Subscribe("screen", 2, WhenFull.DropOldest);

        await PublishAsync(1, 20);
        await Eventually.True(() => screen.Dropped == 18, "18 dropped", Ending);
        Bus.Complete();

        Assert.Equal([19, 20], await NumbersAsync(screen));
        Assert.Equal(18, screen.Dropped);
    }

    [Fact]
    public async Task Publish_OneQueueIsFull_TheOthersHaveTheMessageAlready()
    {
        // The slow one comes first: it is asked first.
        using var slow = Bus.Subscribe("slow", 1, WhenFull.Wait);
        using var quick = Bus.Subscribe("quick", 10, WhenFull.Wait);

        var publishing = PublishAsync(1, 2);

        await Eventually.True(() => quick.Depth == 2, "both messages", Ending);
        Assert.InRange(slow.Depth, 0, 1);
        Assert.Equal(1, await NextAsync(slow));
        Assert.Equal(2, await NextAsync(slow));
        await publishing;
    }

    [Fact]
    public async Task Dispose_SubscriberWithAFullQueue_LetsThePublisherGoOn()
    {
        var slow = Bus.Subscribe("slow", 1, WhenFull.Wait);
        var publishing = PublishAsync(1, 5);
        await Eventually.True(() => slow.Depth == 1, "a full queue", Ending);

        slow.Dispose();
        await publishing;
        await PublishAsync(6, 1);

        Assert.Equal(1, Of(slow.TryTake()!).Number);
        Assert.False(await slow.WaitAsync(Ending));
    }

    [Fact]
    public async Task Subscribe_Later_GetsWhatComesFromThenOn()
    {
        await PublishAsync(1, 3);
        using var late = Bus.Subscribe("late", 10, WhenFull.Wait);
        await PublishAsync(4, 1);
        Bus.Complete();

        Assert.Equal([4], await NumbersAsync(late));
    }

    [Fact]
    public async Task Complete_QueueStillHolds_DrainsAndThenEnds()
    {
        using var subscription = Bus.Subscribe("s", 100, WhenFull.Wait);
        await PublishAsync(1, 50);

        Bus.Complete();

        Assert.Equal(Enumerable.Range(1, 50), await NumbersAsync(subscription));
        Assert.False(await subscription.WaitAsync(Ending));
        Assert.Null(subscription.TryTake());
    }

    [Fact]
    public async Task Subscribe_AfterComplete_EndsAtOnce()
    {
        Bus.Complete();
        using var subscription = Bus.Subscribe("late", 10, WhenFull.Wait);

        Assert.False(await subscription.WaitAsync(Ending));
    }

    [Fact]
    public async Task Wait_Cancelled_EndsAndLosesNothing()
    {
        using var subscription = Bus.Subscribe("s", 10, WhenFull.Wait);
        using var cancellation = new CancellationTokenSource();
        var waiting = subscription.WaitAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await PublishAsync(1, 1);
        Assert.Equal(1, await NextAsync(subscription));
    }

    [Fact]
    public void Subscribe_NoCapacity_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Bus.Subscribe("s", 0, WhenFull.Wait));

    [Fact]
    public async Task Publish_FromSeveralPublishers_LosesNothingAndKeepsEachOnesOrder()
    {
        const int Each = 300;
        string[] publishers = ["a", "b", "c"];
        using var subscription = Bus.Subscribe("s", 7, WhenFull.Wait);
        var publishing = Task.WhenAll(publishers.Select(name => Task.Run(() => PublishAsync(1, Each, name), Ending)));

        var received = new List<(string Publisher, int Number)>();
        while (received.Count < publishers.Length * Each && await subscription.WaitAsync(Ending))
            while (subscription.TryTake() is { } message)
                received.Add(Of(message));
        await publishing;

        foreach (var name in publishers)
            Assert.Equal(Enumerable.Range(1, Each), received.Where(m => m.Publisher == name).Select(static m => m.Number));
    }

    protected async Task PublishAsync(int first, int count, string publisher = "a")
    {
        for (var i = first; i < first + count; i++) await Bus.PublishAsync(Message(publisher, i), Ending);
    }

    protected async Task<List<int>> NumbersAsync(IBusSubscription<T> subscription)
    {
        var all = new List<int>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        patience.CancelAfter(Patience);
        await foreach (var message in subscription.ReadAllAsync(patience.Token)) all.Add(Of(message).Number);
        return all;
    }

    protected async Task<int> NextAsync(IBusSubscription<T> subscription)
    {
        Assert.True(await subscription.WaitAsync(Ending).AsTask().WaitAsync(Patience, Ending));
        return Of(subscription.TryTake()!).Number;
    }
}
