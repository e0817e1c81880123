using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Plantroom.Ingest.Commit;

/// <summary>
/// The store's queue, with what is held before it while the store does not ask for more. Nothing is handed over out of order.
/// </summary>
/// <remarks>
/// Bounded by readings and acknowledgements. Beyond the bound, batches that nobody waits for (QoS 0) are dropped, oldest first and counted.
/// A batch for which an acknowledgement is owed is never dropped: its sender would wait for it for ever. When such batches alone reach the
/// bound, the publishers wait, as they do for any queue.
/// </remarks>
internal sealed partial class HeldQueue(
    IBusSubscription<ReadingBatch> inner, IngestOptions options, IngestMetrics metrics, TimeProvider clock, ILogger<HeldQueue> logger)
    : IBusSubscription<ReadingBatch>
{
    private readonly Lock gate = new();
    private readonly Queue<ReadingBatch> held = new();

    /// <summary>When more was last asked for, or, as nobody needs to ask then, nothing was waiting.</summary>
    private long since = clock.GetTimestamp();

    private long droppedBefore;
    private long dropped;
    private int weight;
    private bool holding;

    public string Subscriber => inner.Subscriber;

    public int Depth
    {
        get
        {
            lock (gate) return held.Count + inner.Depth;
        }
    }

    public long Dropped
    {
        get
        {
            lock (gate) return inner.Dropped + dropped;
        }
    }

    /// <summary>For how long nobody has asked for more although there is more; zero when somebody does.</summary>
    public TimeSpan StuckFor
    {
        get
        {
            lock (gate) return held.Count + inner.Depth > 0 ? clock.GetElapsedTime(since) : TimeSpan.Zero;
        }
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            since = clock.GetTimestamp();
            return held.Count > 0 ? new(true) : inner.WaitAsync(cancellationToken);
        }
    }

    public ReadingBatch? TryTake()
    {
        lock (gate)
        {
            since = clock.GetTimestamp();
            if (!held.TryDequeue(out var batch)) return inner.TryTake();
            weight -= Weight(batch);
            if (held.Count == 0) End();
            return batch;
        }
    }

    public async IAsyncEnumerable<ReadingBatch> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitAsync(cancellationToken))
            while (TryTake() is { } batch)
                yield return batch;
    }

    public void Dispose() => inner.Dispose();

    /// <summary>Takes over what waits when nobody has asked for it for long enough.</summary>
    public void Relieve()
    {
        lock (gate)
        {
            if (held.Count + inner.Depth == 0) since = clock.GetTimestamp();
            var stuck = clock.GetElapsedTime(since);
            if (inner.Depth == 0 || stuck < options.StuckAfter) return;
            if (!holding) LogHolding(stuck.TotalSeconds, options.MaxHeld);
            holding = true;
            while (HasRoom() && inner.TryTake() is { } batch)
            {
                held.Enqueue(batch);
                weight += Weight(batch);
            }
        }
    }

    private bool HasRoom()
    {
        if (weight >= options.MaxHeld) MakeRoom();
        return weight < options.MaxHeld;
    }

    /// <summary>Drops the oldest that nobody waits for, a tenth of all at a time, so that going through all of them is rare.</summary>
    private void MakeRoom()
    {
        var wanted = options.MaxHeld - (options.MaxHeld / 10);
        long readings = 0;
        for (var i = held.Count; i > 0; i--)
        {
            var batch = held.Dequeue();
            if (batch.Owed > 0 || weight <= wanted)
            {
                held.Enqueue(batch);
                continue;
            }

            weight -= Weight(batch);
            readings += batch.Readings.Length;
        }

        dropped += readings;
        if (readings > 0) metrics.Dropped(readings);
    }

    private void End()
    {
        holding = false;
        if (dropped > droppedBefore) LogDropped(dropped - droppedBefore);
        droppedBefore = dropped;
    }

    /// <summary>What a batch counts: a message that was rejected leaves an acknowledgement and no reading.</summary>
    private static int Weight(ReadingBatch batch) => batch.Readings.Length + batch.Owed;

    [LoggerMessage(LogLevel.Warning, "Nothing was stored for {Seconds:F0} s; up to {MaxHeld} readings are held meanwhile, so that rules see new ones")]
    private partial void LogHolding(double seconds, int maxHeld);

    [LoggerMessage(LogLevel.Warning, "{Dropped} readings without an acknowledgement were not stored: more came than can be held")]
    private partial void LogDropped(long dropped);
}
