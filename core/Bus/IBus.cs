namespace Plantroom;

/// <summary>What a full queue does to the publisher.</summary>
public enum WhenFull
{
    /// <summary>The publisher waits: nothing is lost, the pressure travels back to the source.</summary>
    Wait,

    /// <summary>The oldest message is dropped and counted: for screens, which only care about now.</summary>
    DropOldest,
}

/// <summary>
/// When a subscriber has finished with a message. It matters between processes: what is not finished when a subscriber goes away comes
/// again when it is back.
/// </summary>
public enum Finished
{
    /// <summary>When it asks for the next one: for a subscriber that works through one message after the other.</summary>
    WithTheNext,

    /// <summary>When it says so, with <see cref="ReadingBatch.Kept"/>: for the subscriber that stores.</summary>
    WhenKept,
}

/// <summary>
/// How modules meet: one publisher's messages go to every subscriber, each behind its own bounded queue with a declared policy.
/// </summary>
/// <typeparam name="T">The message; immutable, as it is handed over as an object.</typeparam>
/// <remarks>
/// Messages of one publisher arrive at each subscriber in order; between processes, a message may come again after a connection was
/// lost, and then those behind it as well. All members may be called from any thread.
/// </remarks>
public interface IBus<T>
{
    /// <summary>Hands a message to every subscriber; completes when each queue took it, or whoever keeps it for the queues.</summary>
    ValueTask PublishAsync(T message, CancellationToken cancellationToken = default);

    /// <summary>Subscribes from now on.</summary>
    /// <param name="subscriber">A name for metrics and the health page.</param>
    /// <param name="capacity">How many messages may wait, at least 1.</param>
    /// <param name="whenFull">What happens when that many are waiting.</param>
    /// <param name="finished">When the subscriber has finished with a message; of no consequence for one that drops.</param>
    IBusSubscription<T> Subscribe(string subscriber, int capacity, WhenFull whenFull, Finished finished = Finished.WithTheNext);

    /// <summary>Says that nothing more will come: subscribers drain their queues and their reads then end.</summary>
    void Complete();
}

/// <summary>One subscriber's queue. Disposing it ends the subscription; a publisher that waits for it goes on.</summary>
public interface IBusSubscription<out T> : IDisposable
{
    /// <summary>The subscriber's name.</summary>
    string Subscriber { get; }

    /// <summary>How many messages are waiting.</summary>
    int Depth { get; }

    /// <summary>How many messages were dropped because the queue was full.</summary>
    long Dropped { get; }

    /// <summary>Waits for messages; false when the bus is complete and the queue is empty.</summary>
    ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a message that is waiting, null when there is none.</summary>
    T? TryTake();

    /// <summary>Everything that comes, until the bus is complete or the token is cancelled.</summary>
    IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancellationToken = default);
}
