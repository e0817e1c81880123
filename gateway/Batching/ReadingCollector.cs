using Microsoft.Extensions.Options;
using Plantroom.Mqtt;

namespace Plantroom.Gateway;

/// <summary>
/// Gathers the readings of all connections into batches. A batch goes to the bus as soon as the bus has taken the one before, so batches
/// are as small as the load allows and nothing waits for a timer.
/// </summary>
/// <remarks>
/// <code>
/// connection 1 ──┐  lock       ┌ head: being filled ┐  taken when the bus is free   ┌─────┐
/// connection 2 ──┼── append ──►│ at most MaxBatch   ├───────── pump ───────────────►│ bus │
/// connection n ──┘             └ next: those in it  ┘                               └─────┘
///                                wait for their turn
/// </code>
/// What waits behind the head is at most one message of each connection, as a connection is read on only when its handler completes.
/// </remarks>
internal sealed class ReadingCollector(IOptions<GatewayOptions> options, IBus<ReadingBatch> bus, TimeProvider time) : IDisposable
{
    private const int Smallest = 4;
    private readonly int maxBatch = options.Value.MaxBatch;
    private readonly Lock gate = new();
    private readonly Queue<PendingBatch> waiting = new();
    private readonly SemaphoreSlim something = new(0);
    private PendingBatch? head;
    private PendingBatch? tail;
    private bool pumpSleeps;
    private bool closed;
    private int expected = Smallest;
    private long publishingSince;
    private int publishing;

    /// <summary>For how long the bus has not taken the batch that is being published; zero when none is.</summary>
    public TimeSpan BlockedFor =>
        Interlocked.Read(ref publishingSince) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Whether a batch was handed to the bus that it has not taken yet.</summary>
    public bool IsPublishing => Interlocked.Read(ref publishingSince) != 0;

    /// <summary>How many readings are not on the bus yet.</summary>
    public int Pending
    {
        get
        {
            lock (gate) return publishing + (head?.Count ?? 0) + waiting.Sum(static b => b.Count);
        }
    }

    /// <summary>
    /// Takes a message's readings and the acknowledgement that is due when they are kept; both may be empty. The readings are copied
    /// before the call returns.
    /// </summary>
    /// <param name="readings">The readings.</param>
    /// <param name="acknowledgement">What is owed for them.</param>
    /// <param name="room">Completes when the sender may go on: at once, unless the batch is full.</param>
    /// <returns>False when it is closed and nothing was taken.</returns>
    public bool TryAdd(ReadOnlySpan<Reading> readings, MqttAcknowledgement acknowledgement, out ValueTask room)
    {
        room = default;
        if (readings.IsEmpty && !acknowledgement.IsOwed) return true;
        var wake = false;
        lock (gate)
        {
            if (closed) return false;
            var batch = BatchFor(readings.Length);
            batch.Add(readings, acknowledgement);
            if (batch != head) room = new(batch.Turn);
            (wake, pumpSleeps) = (pumpSleeps, false);
        }

        if (wake) something.Release();
        return true;
    }

    /// <summary>Publishes until <see cref="Close"/> was called and everything is on the bus. Called once.</summary>
    public async Task PumpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Take() is { } batch)
            {
                Interlocked.Exchange(ref publishingSince, Math.Max(1, time.GetTimestamp()));
                await bus.PublishAsync(batch, cancellationToken);
                Interlocked.Exchange(ref publishingSince, 0);
                lock (gate) publishing = 0;
            }
            else if (!await SomethingAsync(cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Takes nothing more; the pump ends once everything is on the bus.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            if (!pumpSleeps) return;
            pumpSleeps = false;
        }

        something.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => something.Dispose();

    private PendingBatch BatchFor(int readings)
    {
        if (tail is not null && tail.Takes(readings, maxBatch)) return tail;
        var batch = new PendingBatch(expected);
        if (tail is null) head = batch;
        else waiting.Enqueue(batch);
        return tail = batch;
    }

    private ReadingBatch? Take()
    {
        lock (gate)
        {
            if (head is null) return null;
            var taken = head;
            expected = Math.Max(Smallest, Math.Min(taken.Count, maxBatch));
            if (!waiting.TryDequeue(out head)) tail = null;
            head?.ItsTurn();
            publishing = taken.Count;
            return taken.Close();
        }
    }

    /// <summary>Waits for a batch; false when there is none and there will be none.</summary>
    private async ValueTask<bool> SomethingAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (head is not null) return true;
            if (closed) return false;
            pumpSleeps = true;
        }

        await something.WaitAsync(cancellationToken);
        return true;
    }
}
