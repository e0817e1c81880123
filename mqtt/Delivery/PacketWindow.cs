namespace Plantroom.Mqtt.Delivery;

/// <summary>What is to be sent next of a message.</summary>
internal enum Due : byte
{
    /// <summary>The PUBLISH, for the first time.</summary>
    Publish,

    /// <summary>The PUBLISH, which was sent on an earlier connection: with DUP.</summary>
    PublishAgain,

    /// <summary>The PUBREL: the other side has the message, which is never sent again (MQTT 5.0 section 4.3.3).</summary>
    Release,
}

/// <summary>
/// The messages of QoS 1 and 2 that were given a packet identifier and are not acknowledged by the other side. Identifiers are
/// consecutive, so that the place of one follows from its number. Not thread-safe: its owner locks.
/// <code>
///    head ─────────────── next ─────────────── tail
///     │ sent on this      │ to be sent again   │
///     │ connection        │ (after a reconnect)│
///
///  QoS 1:  added ─► sent ─ PUBACK ─► gone
///  QoS 2:  added ─► sent ─ PUBREC ─► released (PUBREL is sent) ─ PUBCOMP ─► gone
/// </code>
/// </summary>
/// <param name="lastId">Identifiers run from 1 to this one.</param>
internal sealed class PacketWindow<T>(int lastId = ushort.MaxValue)
{
    private Slot[] slots = new Slot[8];
    private long head;
    private long next;
    private long tail;

    private enum State : byte
    {
        Added,
        Sent,
        Released,
        Gone,
    }

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
    public ushort Add(T item, MqttQos qos)
    {
        Append(new Slot { Item = item, Qos = qos });
        Count++;
        return IdOf(tail - 1);
    }

    /// <summary>Takes the next one to send, if there is one.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="item">The message.</param>
    /// <param name="due">What is to be sent of it.</param>
    public bool TryPeek(out ushort id, out T? item, out Due due)
    {
        while (next < tail && At(next).State == State.Gone) next++;
        (id, item, due) = (0, default, default);
        if (next == tail) return false;
        ref var slot = ref At(next);
        (id, item) = (IdOf(next), slot.Item);
        due = slot.State switch { State.Added => Due.Publish, State.Sent => Due.PublishAgain, _ => Due.Release };
        return true;
    }

    /// <summary>Says that what was last peeked at was sent.</summary>
    public void Advance()
    {
        ref var slot = ref At(next++);
        if (slot.State == State.Added) slot.State = State.Sent;
        InFlight++;
    }

    /// <summary>PUBACK has come.</summary>
    /// <returns>False when no such message of QoS 1 is in flight.</returns>
    public bool TryAcknowledge(ushort id, out T? item) =>
        TryFind(id, out var at, out item) && At(at) is { State: State.Sent, Qos: MqttQos.AtLeastOnce } && Remove(at);

    /// <summary>PUBREC has come: the message is not sent again any more, PUBREL is due. It may come again after a reconnect.</summary>
    /// <returns>False when no such message of QoS 2 is in flight.</returns>
    public bool TryRelease(ushort id, out T? item)
    {
        if (!TryFind(id, out var at, out item) || At(at).Qos != MqttQos.ExactlyOnce || At(at).State == State.Added) return false;
        At(at).State = State.Released;
        return true;
    }

    /// <summary>PUBREC has come with an error: the message was not taken, and its exchange is over.</summary>
    /// <returns>False when no such message of QoS 2 waits for its PUBREC.</returns>
    public bool TryRefuse(ushort id, out T? item) =>
        TryFind(id, out var at, out item) && At(at) is { State: State.Sent, Qos: MqttQos.ExactlyOnce } && Remove(at);

    /// <summary>PUBCOMP has come.</summary>
    /// <returns>False when no such message was released.</returns>
    public bool TryComplete(ushort id, out T? item) =>
        TryFind(id, out var at, out item) && At(at).State == State.Released && Remove(at);

    /// <summary>Gives up a message in whatever state.</summary>
    public bool TryRemove(ushort id, out T? item) => TryFind(id, out var at, out item) && Remove(at);

    /// <summary>Keeps something else instead of a message, which is not needed any more once it is released.</summary>
    public void Replace(ushort id, T item)
    {
        if (TryFind(id, out var at, out _)) At(at).Item = item;
    }

    /// <summary>Adds a message that was sent before a restart, with its identifier. In the order of sending.</summary>
    /// <returns>False when the identifier cannot follow those that are there.</returns>
    public bool TryRestore(ushort id, T item, MqttQos qos, bool released)
    {
        if (id == 0 || id > lastId) return false;
        if (head == tail) head = next = tail = id - 1;
        var gap = (id - IdOf(tail) + lastId) % lastId;
        if (tail + gap - head >= lastId) return false;
        for (; gap > 0; gap--) Append(new Slot { State = State.Gone });
        Append(new Slot { Item = item, Qos = qos, State = released ? State.Released : State.Sent });
        Count++;
        return true;
    }

    /// <summary>A new connection: all of them have to be sent again.</summary>
    public void Rewind()
    {
        next = head;
        InFlight = 0;
    }

    private bool TryFind(ushort id, out long at, out T? item)
    {
        (at, item) = (0, default);
        if (id == 0 || id > lastId) return false;
        at = head - (head % lastId) + id - 1;
        if (at < head) at += lastId;
        if (at >= tail || At(at).State == State.Gone) return false;
        item = At(at).Item;
        return true;
    }

    private bool Remove(long at)
    {
        At(at) = new Slot { State = State.Gone };
        Count--;
        if (at < next) InFlight--;
        while (head < tail && At(head).State == State.Gone) head++;
        next = Math.Max(next, head);
        return true;
    }

    private void Append(in Slot slot)
    {
        if (tail - head == slots.Length) Grow();
        At(tail++) = slot;
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
        public MqttQos Qos;
        public State State;
    }
}
