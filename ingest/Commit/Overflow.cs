using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Commit;

/// <summary>
/// The bus of readings as the store sees it: while the store is stuck, what waits for it is taken out of its queue, so that the gateway is
/// not held back and the rules go on seeing what devices send.
/// </summary>
/// <remarks>
/// <code>
/// gateway -> bus --+--> alerts: rules
///                  +--> queue --(the store works)--------------> store
///                         └--(it is stuck)--> held, bounded -----^
/// </code>
/// </remarks>
internal sealed class Overflow(
    IBus<ReadingBatch> bus, IngestMetrics metrics, IOptions<IngestOptions> options, TimeProvider clock, ILogger<HeldQueue> logger)
    : IBus<ReadingBatch>, IDisposable
{
    private volatile HeldQueue? queue;

    /// <summary>For how long the store has not asked for more although there is more; zero when it does.</summary>
    public TimeSpan StuckFor => queue?.StuckFor ?? TimeSpan.Zero;

    public ValueTask PublishAsync(ReadingBatch message, CancellationToken cancellationToken = default) =>
        bus.PublishAsync(message, cancellationToken);

    /// <summary>Subscribes the store; there is one.</summary>
    public IBusSubscription<ReadingBatch> Subscribe(
        string subscriber, int capacity, WhenFull whenFull, Finished finished = Finished.WithTheNext) =>
        queue = new(bus.Subscribe(subscriber, capacity, whenFull, finished), options.Value, metrics, clock, logger);

    public void Complete() => bus.Complete();

    /// <summary>Takes over what waits when the store is stuck; called again and again, see <see cref="OverflowRelief"/>.</summary>
    public void Relieve() => queue?.Relieve();

    public void Dispose() => queue?.Dispose();
}
