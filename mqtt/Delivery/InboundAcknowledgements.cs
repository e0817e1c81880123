using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Delivery;

/// <summary>
/// The messages of QoS 1 and 2 of one connection that are received and not yet answered, in the order of receipt. PUBACKs and PUBRECs
/// leave in that order (MQTT 5.0 section 4.6): the completed front of the ring is taken whenever the connection sends.
/// <code>
///          head                          tail
///           ▼                             ▼
///   ... │ id 7 owed 0 │ id 8 owed 0 │ id 9 owed 1 │ id 10 owed 0 │ ...     7 and 8 can go; 10 waits for 9
/// </code>
/// A message may be owed by several handlers: each has a bit, so that one that completes twice does not pay for another.
/// </summary>
/// <param name="outbound">Where the answers go.</param>
/// <param name="capacity">How many may be in the ring.</param>
/// <param name="received">What the session holds of QoS 2; outlives the connection.</param>
/// <param name="checksIds">Whether an identifier that is still in use is refused (0x91); needs 5.0.</param>
internal sealed class InboundAcknowledgements(
    OutboundBuffer outbound, int capacity, ReceivedMessages received, bool checksIds = false) : IMqttDebtor
{
    /// <summary>Handlers that can owe one message with a bit of their own.</summary>
    public const int MostHandlers = 62;

    /// <summary>The bit of the disk, until what the broker owes to others is durable.</summary>
    public const int DurableBit = 62;

    /// <summary>The bit of the broker itself, while the message still waits for room at a network subscriber.</summary>
    public const int RoutingBit = 63;

    private const int PerWrite = 256;

    private readonly Lock gate = new();
    private readonly PacketIdentifiers? used = checksIds ? new PacketIdentifiers() : null;
    private Entry[] entries = new Entry[Math.Min(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity))];
    private long head;
    private long tail;
    private int unfinished;
    private bool batching;
    private TaskCompletionSource? moved;

    /// <summary>Called when a message that came again cannot be answered, because its first delivery has failed.</summary>
    public Action? OnAbandoned { get; init; }

    /// <summary>How many have a place of Receive Maximum (section 4.9): one of QoS 2 keeps its until PUBCOMP.</summary>
    public int Unfinished => Volatile.Read(ref unfinished);

    /// <summary>Whether the ring holds as many as it may.</summary>
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

    /// <summary>A message has come in. Only the read loop calls this and the next three.</summary>
    /// <returns>False when it is not to be delivered: it is one that the session holds, or its identifier is in use. Its answer then needs
    /// nothing more from the caller.</returns>
    public bool TryBegin(ushort packetId, MqttQos qos)
    {
        if (used is not null && (used.Contains(packetId) || (qos == MqttQos.AtLeastOnce && received.Holds(packetId))))
        {
            Refuse(packetId, qos, Reason.PacketIdentifierInUse);
            return false;
        }

        if (qos != MqttQos.ExactlyOnce || received.TryBegin(packetId, this, tail, out var counts)) return true;
        var sequence = Add(new Entry(1UL << RoutingBit, new Answer(PacketType.Pubrec, packetId)), counts);
        received.Await(packetId, this, Token(sequence, RoutingBit));
        return false;
    }

    /// <summary>Remembers a message that has begun.</summary>
    /// <param name="packetId">What its answer will say.</param>
    /// <param name="qos">Its quality of service.</param>
    /// <param name="owed">A bit for everybody who has to complete it first.</param>
    /// <returns>Its number, for <see cref="Token"/>.</returns>
    public long Add(ushort packetId, MqttQos qos, ulong owed)
    {
        if (qos == MqttQos.AtLeastOnce)
        {
            if (used is not null) MarkUsed(packetId);
            return Add(new Entry(owed, new Answer(PacketType.Puback, packetId)), counts: true);
        }

        var sequence = Add(new Entry(owed, new Answer(PacketType.Pubrec, packetId)), counts: true);
        if (owed == 0) received.Complete(packetId, this, sequence);
        return sequence;
    }

    /// <summary>Answers a message that was not taken. Needs 5.0: 3.1.1 has no word for it.</summary>
    public void Refuse(ushort packetId, MqttQos qos, byte reason)
    {
        var type = qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec;
        Add(new Entry(0, new Answer(type, packetId, reason)), counts: true);
    }

    /// <summary>The sender releases a message of QoS 2.</summary>
    /// <returns>The PUBCOMP that it gets.</returns>
    public Answer Release(ushort packetId)
    {
        if (!received.TryRelease(packetId, this, out var counted))
            return new Answer(PacketType.Pubcomp, packetId, Reason.PacketIdentifierNotFound);
        if (counted) Interlocked.Decrement(ref unfinished);
        return new Answer(PacketType.Pubcomp, packetId);
    }

    /// <summary>The delivery of a message has failed: when it comes again, it is a new one.</summary>
    /// <param name="packetId">Its identifier.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="isRouted">Whether those over the network have it, and only the handlers need it again.</param>
    public void Abandon(ushort packetId, long sequence, bool isRouted = false) => received.Abandon(packetId, this, sequence, isRouted);

    /// <summary>Whether a message that has just begun came before, and those over the network got it then. True once.</summary>
    public bool WasRouted(ushort packetId) => received.TakeRouted(packetId);

    /// <summary>See <see cref="OnAbandoned"/>.</summary>
    public void Abandoned() => OnAbandoned?.Invoke();

    /// <inheritdoc/>
    public void Acknowledge(long token)
    {
        var sequence = token >> 6;
        bool isHead;
        Answer answer;
        lock (gate)
        {
            if (sequence < head || sequence >= tail) return;
            ref var entry = ref entries[sequence & (entries.Length - 1)];
            if (entry.Owed == 0) return;
            entry.Owed &= ~(1UL << (int)(token & 63));
            if (entry.Owed != 0) return;
            (answer, isHead) = (entry.Answer, sequence == head && !batching);
        }

        if (answer.Type == PacketType.Pubrec) received.Complete(answer.PacketId, this, sequence);
        if (isHead) outbound.RequestPump();
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
        Span<Answer> answers = stackalloc Answer[PerWrite];
        while (true)
        {
            var count = TakeCompleted(answers);
            if (count > 0) outbound.Write(answers[..count]);
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

    private long Add(Entry entry, bool counts)
    {
        if (counts) Interlocked.Increment(ref unfinished);
        lock (gate)
        {
            if (tail - head == entries.Length) Grow();
            entries[tail & (entries.Length - 1)] = entry;
            return tail++;
        }
    }

    private void MarkUsed(ushort packetId)
    {
        lock (gate) used!.Add(packetId);
    }

    private int TakeCompleted(Span<Answer> answers)
    {
        var count = 0;
        var finished = 0;
        lock (gate)
        {
            while (head < tail && count < answers.Length)
            {
                ref var entry = ref entries[head & (entries.Length - 1)];
                if (entry.Owed != 0) break;
                answers[count++] = entry.Answer;
                if (entry.Answer.IsLast) finished++;
                if (entry.Answer is { Type: PacketType.Puback, Reason: Reason.Success }) used?.Remove(entry.Answer.PacketId);
                head++;
            }

            if (count == 0) return 0;
            Interlocked.Add(ref unfinished, -finished);
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

    private struct Entry(ulong owed, Answer answer)
    {
        public ulong Owed = owed;
        public readonly Answer Answer = answer;
    }
}
