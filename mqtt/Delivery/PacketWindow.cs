namespace Plantroom.Mqtt.Delivery;

/// <summary>
/// The QoS 1 messages that were given a packet identifier and are not acknowledged by the other side. Identifiers are consecutive, so
/// that the place of one follows from its number. Not thread-safe: its owner locks.
/// <code>
///    head ─────────────── next ─────────────── tail
///     │ sent on this      │ to be sent again   │
///     │ connection        │ (after a reconnect)│
/// </code>
/// </summary>
/// <param name="lastId">Identifiers run from 1 to this one.</param>
internal sealed class PacketWindow<T>(int lastId = ushort.MaxValue)
{
    private Slot[] slots = new Slot[8];
    private long head;
    private long next;
    private long tail;

    /// <summary>How many are sent on this connection and not acknowledged.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether some must be sent again first.</summary>
    public bool HasUnsent => next < tail;

    /// <summary>How many are not acknowledged, sent or not.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is an identifier left.</summary>
    public bool HasRoom => tail - head < lastId;

    /// <summary>The identifier that the next one will get.</summary>
    public ushort NextId => IdOf(tail);

    /// <summary>Adds a message that is not sent yet.</summary>
    public ushort Add(T item)
    {
        if (tail - head == slots.Length) Grow();
        At(tail) = new Slot { Item = item };
        Count++;
        return IdOf(tail++);
    }

    /// <summary>Takes the next one to send, if there is one.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="item">The message.</param>
    /// <param name="again">Whether it was sent before, on an earlier connection.</param>
    public bool TryPeek(out ushort id, out T? item, out bool again)
    {
        while (next < tail && At(next).Acknowledged) next++;
        (id, item, again) = (0, default, false);
        if (next == tail) return false;
        ref var slot = ref At(next);
        (id, item, again) = (IdOf(next), slot.Item, slot.Sent);
        return true;
    }

    /// <summary>Says that the one last peeked at was sent.</summary>
    public void Advance()
    {
        At(next++).Sent = true;
        InFlight++;
    }

    /// <returns>False when no such message is in flight.</returns>
    public bool TryAcknowledge(ushort id, out T? item)
    {
        item = default;
        if (id == 0 || id > lastId) return false;
        var sequence = head - (head % lastId) + id - 1;
        if (sequence < head) sequence += lastId;
        if (sequence >= tail || At(sequence).Acknowledged || !At(sequence).Sent) return false;
        ref var slot = ref At(sequence);
        item = slot.Item;
        slot.Acknowledged = true;
        slot.Item = default;
        Count--;
        if (sequence < next) InFlight--;
        while (head < tail && At(head).Acknowledged) head++;
        next = Math.Max(next, head);
        return true;
    }

    /// <summary>A new connection: all of them have to be sent again.</summary>
    public void Rewind()
    {
        next = head;
        InFlight = 0;
    }

    private ushort IdOf(long sequence) => (ushort)((sequence % lastId) + 1);

    private ref Slot At(long sequence) => ref slots[sequence & (slots.Length - 1)];

    private void Grow()
    {
        var old = slots;
        slots = new Slot[old.Length * 2];
        for (var i = head; i < tail; i++) slots[i & (slots.Length - 1)] = old[i & (old.Length - 1)];
    }

    private struct Slot
    {
        public T? Item;
        public bool Sent;
        public bool Acknowledged;
    }
}
