namespace Plantroom.Alerts.Tests;

/// <summary>A bus whose subscribers can be kept from waking up, as on a machine that has other things to do.</summary>
internal sealed class StallingBus : IBus<ReadingBatch>
{
    private readonly InMemoryBus<ReadingBatch> bus = new();
    private volatile TaskCompletionSource stalled = Done();

    public void Stall() => stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn() => stalled.TrySetResult();

    public ValueTask PublishAsync(ReadingBatch message, CancellationToken cancellationToken = default) =>
        bus.PublishAsync(message, cancellationToken);

    public IBusSubscription<ReadingBatch> Subscribe(
        string subscriber, int capacity, WhenFull whenFull, Finished finished = Finished.WithTheNext) =>
        new Subscription(this, bus.Subscribe(subscriber, capacity, whenFull, finished));

    public void Complete() => bus.Complete();

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private sealed class Subscription(StallingBus bus, IBusSubscription<ReadingBatch> inner) : IBusSubscription<ReadingBatch>
    {
        public string Subscriber => inner.Subscriber;

        public int Depth => inner.Depth;

        public long Dropped => inner.Dropped;

        public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
        {
            var any = await inner.WaitAsync(cancellationToken);
            await bus.stalled.Task.WaitAsync(cancellationToken);
            return any;
        }

        public ReadingBatch? TryTake() => inner.TryTake();

        public IAsyncEnumerable<ReadingBatch> ReadAllAsync(CancellationToken cancellationToken) => inner.ReadAllAsync(cancellationToken);

        public void Dispose() => inner.Dispose();
    }
}
