using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Plantroom;

/// <summary>The bus within one process: hands over objects.</summary>
/// <typeparam name="T">The message.</typeparam>
public sealed class InMemoryBus<T> : IBus<T>
    where T : class
{
    private ImmutableArray<Subscription> subscriptions = [];
    private volatile bool complete;

    /// <inheritdoc/>
    public async ValueTask PublishAsync(T message, CancellationToken cancellationToken = default)
    {
        // Everybody is offered the message before anybody is waited for: a store that is stuck does not keep an alarm from being raised.
        List<Subscription>? full = null;
        foreach (var subscription in subscriptions)
            if (!subscription.TryPut(message))
                (full ??= []).Add(subscription);
        if (full is null) return;
        foreach (var subscription in full) await subscription.PutAsync(message, cancellationToken);
    }

    /// <inheritdoc/>
    public IBusSubscription<T> Subscribe(string subscriber, int capacity, WhenFull whenFull, Finished finished = Finished.WithTheNext)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        var subscription = new Subscription(this, subscriber, capacity, whenFull);
        ImmutableInterlocked.Update(ref subscriptions, static (all, added) => all.Add(added), subscription);
        if (complete) subscription.Complete();
        return subscription;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        complete = true;
        foreach (var subscription in subscriptions) subscription.Complete();
    }

    private sealed class Subscription : IBusSubscription<T>
    {
        private readonly InMemoryBus<T> bus;
        private readonly Channel<T> queue;
        private long dropped;

        public Subscription(InMemoryBus<T> bus, string subscriber, int capacity, WhenFull whenFull)
        {
            this.bus = bus;
            Subscriber = subscriber;
            var options = new BoundedChannelOptions(capacity)
            {
                FullMode = whenFull is WhenFull.Wait ? BoundedChannelFullMode.Wait : BoundedChannelFullMode.DropOldest,
            };
            queue = Channel.CreateBounded<T>(options, _ => Interlocked.Increment(ref dropped));
        }

        public string Subscriber { get; }

        public int Depth => queue.Reader.Count;

        public long Dropped => Interlocked.Read(ref dropped);

        public bool TryPut(T message) => queue.Writer.TryWrite(message);

        /// <summary>Waits for room. A queue that was closed meanwhile has no reader any more, so there is nobody to lose the message.</summary>
        public async ValueTask PutAsync(T message, CancellationToken cancellationToken)
        {
            while (await queue.Writer.WaitToWriteAsync(cancellationToken))
                if (queue.Writer.TryWrite(message))
                    return;
        }

        public void Complete() => queue.Writer.TryComplete();

        public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => queue.Reader.WaitToReadAsync(cancellationToken);

        public T? TryTake() => queue.Reader.TryRead(out var message) ? message : null;

        public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (await WaitAsync(cancellationToken))
                while (TryTake() is { } message)
                    yield return message;
        }

        public void Dispose()
        {
            ImmutableInterlocked.Update(ref bus.subscriptions, static (all, ended) => all.Remove(ended), this);
            queue.Writer.TryComplete();
        }
    }
}
