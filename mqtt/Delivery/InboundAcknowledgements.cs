using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Delivery;

/// <summary>
/// The QoS 1 messages of one connection that are received and not yet acknowledged, in the order of receipt. PUBACKs leave in that
/// order (MQTT 5.0 section 4.6): the completed front of the ring is taken whenever the connection sends.
/// <code>
///          head                          tail
///           ▼                             ▼
///   ... │ id 7 owed 0 │ id 8 owed 0 │ id 9 owed 1 │ id 10 owed 0 │ ...     7 and 8 can go; 10 waits for 9
/// </code>
/// A message may be owed by several handlers: each has a bit, so that one that completes twice does not pay for another.
/// </summary>
internal sealed class InboundAcknowledgements(OutboundBuffer outbound, int capacity) : IMqttDebtor
{
    /// <summary>Handlers that can owe one message with a bit of their own.</summary>
    public const int MostHandlers = 62;

    /// <summary>The bit of the broker itself, while the message still waits for room at a network subscriber.</summary>
    public const int RoutingBit = 63;

    private const int PerWrite = 256;

    private readonly Lock gate = new();
    private Entry[] entries = new Entry[Math.Min(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity))];
    private long head;
    private long tail;
    private bool batching;
    private TaskCompletionSource? moved;

    /// <summary>Whether as many are in flight as may be.</summary>
    public bool IsFull => Volatile.Read(ref tail) - Volatile.Read(ref head) >= capacity;

    public bool IsEmpty => Volatile.Read(ref tail) == Volatile.Read(ref head);

    /// <summary>Whether the oldest one waits for somebody here, and not only for being sent.</summary>
    public bool IsOwed
    {
        get
        {
            lock (gate) return head < tail && entries[head & (entries.Length - 1)].Owed != 0;
        }
    }

    public static long Token(long sequence, int bit) => sequence << 6 | (uint)bit;

    /// <summary>Remembers a message that has come in. Only the read loop adds.</summary>
    /// <param name="packetId">What its PUBACK will say.</param>
    /// <param name="owed">A bit for everybody who has to complete it first.</param>
    /// <returns>Its number, for <see cref="Token"/>.</returns>
    public long Add(ushort packetId, ulong owed)
    {
        lock (gate)
        {
            if (tail - head == entries.Length) Grow();
            entries[tail & (entries.Length - 1)] = new Entry(owed, packetId);
            return tail++;
        }
    }

    /// <inheritdoc/>
    public void Acknowledge(long token)
    {
        var sequence = token >> 6;
        lock (gate)
        {
            if (sequence < head || sequence >= tail) return;
            ref var entry = ref entries[sequence & (entries.Length - 1)];
            entry.Owed &= ~(1UL << (int)(token & 63));
            if (entry.Owed != 0 || sequence != head || batching) return;
        }

        outbound.RequestPump();
    }

    /// <summary>While the read loop works through what it has received, nothing is sent: it sends at the end, all at once.</summary>
    public void BeginBatch()
    {
        lock (gate) batching = true;
    }

    public void EndBatch()
    {
        lock (gate) batching = false;
    }

    /// <summary>Moves the completed front into the outbound buffer. Only the pump does.</summary>
    public void Drain()
    {
        Span<ushort> ids = stackalloc ushort[PerWrite];
        while (true)
        {
            var count = TakeCompleted(ids);
            if (count > 0) outbound.WritePubacks(ids[..count]);
            if (count < PerWrite) return;
        }
    }

    /// <summary>Completes when there is room for another one.</summary>
    public Task WaitForRoomAsync() => WaitForMoveAsync(capacity - 1);

    /// <summary>Completes when the front has moved on, or nothing is left.</summary>
    public Task WaitForMoveAsync() => WaitForMoveAsync(0);

    /// <summary>A completed front does not move before it is sent, and that takes as long as the other side does not read.</summary>
    private Task WaitForMoveAsync(int unlessAtMost)
    {
        lock (gate)
        {
            if (tail - head <= unlessAtMost) return Task.CompletedTask;
            moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return moved.Task;
        }
    }

    private int TakeCompleted(Span<ushort> ids)
    {
        var count = 0;
        lock (gate)
        {
            while (head < tail && count < ids.Length)
            {
                ref var entry = ref entries[head & (entries.Length - 1)];
                if (entry.Owed != 0) break;
                ids[count++] = entry.PacketId;
                head++;
            }

            if (count == 0) return 0;
            moved?.TrySetResult();
            moved = null;
        }

        return count;
    }

    private void Grow()
    {
        var larger = new Entry[entries.Length * 2];
        for (var i = head; i < tail; i++) larger[i & (larger.Length - 1)] = entries[i & (entries.Length - 1)];
        entries = larger;
    }

    private struct Entry(ulong owed, ushort packetId)
    {
        public ulong Owed = owed;
        public readonly ushort PacketId = packetId;
    }
}
