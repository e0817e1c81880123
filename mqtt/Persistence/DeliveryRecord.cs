using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Persistence;

/// <summary>How far the delivery of a message to one session is.</summary>
internal enum DeliveryState : byte
{
    /// <summary>It waits in the queue.</summary>
    Waiting = 0,

    /// <summary>It was given a packet identifier, and perhaps sent.</summary>
    Sent = 1,

    /// <summary>QoS 2: the subscriber has it (PUBREC), PUBREL is due.</summary>
    Released = 2,

    /// <summary>It is over.</summary>
    Gone = 3,
}

/// <summary>A message that is owed to a session. Its state is set by the session under its lock.</summary>
/// <param name="store">The store.</param>
/// <param name="key">Where it is in the file.</param>
/// <param name="message">The message; shared with other sessions.</param>
/// <param name="options">How it is to be sent.</param>
internal sealed class DeliveryRecord(BrokerStore store, DeliveryKey key, StoredMessage message, DeliveryOptions options) : Record(store)
{
    private const int NotThere = -1;

    private readonly int size = message.Size;
    private int present;
    private int inFile = NotThere;
    private int committed = NotThere;
    private Pledge? pledge;

    public DeliveryKey Key => key;

    public StoredMessage Message => message;

    public DeliveryOptions Options => options;

    public DeliveryState State => (DeliveryState)(Volatile.Read(ref present) >> 16);

    public ushort PacketId => (ushort)Volatile.Read(ref present);

    /// <summary>Whether the file says the same as this.</summary>
    public bool IsDurable => Volatile.Read(ref committed) == Volatile.Read(ref present);

    /// <summary>Called when it has become durable in a state that something waits for.</summary>
    public Action? WhenDurable { get; set; }

    /// <summary>Makes it as it was found in the file.</summary>
    public static DeliveryRecord Restore(
        BrokerStore store, DeliveryKey key, StoredMessage message, DeliveryOptions options, DeliveryState state, ushort packetId)
    {
        var packed = (int)state << 16 | packetId;
        var record = new DeliveryRecord(store, key, message, options) { present = packed, inFile = packed, committed = packed };
        if (state != DeliveryState.Released) message.FileReferences++;
        store.Keep(record.size);
        return record;
    }

    /// <summary>Begins with a state that nobody has to be told.</summary>
    public void Begin(DeliveryState state, ushort packetId)
    {
        present = (int)state << 16 | packetId;
        Store.Keep(size);
    }

    /// <summary>Belongs to a pledge from now on, which writes it.</summary>
    public void Promise(Pledge to)
    {
        pledge = to;
        Expected();
    }

    /// <summary>Sets its state.</summary>
    public void Move(DeliveryState state, ushort packetId, Urgency urgency)
    {
        Volatile.Write(ref present, (int)state << 16 | packetId);
        Changed(urgency);
        if (state != DeliveryState.Gone) return;
        Store.Keep(-size);
        Interlocked.Exchange(ref pledge, null)?.Settle();
    }

    /// <inheritdoc/>
    protected override void Keep()
    {
        Volatile.Write(ref committed, inFile);
        pledge = null;
        if (inFile != NotThere) WhenDurable?.Invoke();
    }

    /// <inheritdoc/>
    protected override void WriteState(BrokerFile file)
    {
        var target = Volatile.Read(ref present);
        if ((DeliveryState)(target >> 16) == DeliveryState.Gone) target = NotThere;
        if (target == inFile) return;
        if (HoldsMessage(target) && !HoldsMessage(inFile)) file.Reference(message);
        if (target == NotThere) file.Delete(key);
        else if (inFile == NotThere) file.Insert(this, target);
        else file.Update(key, target);
        if (!HoldsMessage(target) && HoldsMessage(inFile)) file.Dereference(message);
        inFile = target;
    }

    /// <inheritdoc/>
    protected override void Undo()
    {
        if (HoldsMessage(inFile) != HoldsMessage(committed)) message.FileReferences += HoldsMessage(inFile) ? -1 : 1;
        inFile = committed;
    }

    private static bool HoldsMessage(int packed) => packed != NotThere && packed >> 16 != (int)DeliveryState.Released;
}

/// <summary>Where a delivery is in the file: the session's number, and the delivery's in it, in the order of sending.</summary>
internal readonly record struct DeliveryKey(long Session, long Number);

/// <summary>How a message is to be sent to one session.</summary>
/// <param name="Qos">1 or 2.</param>
/// <param name="Retain">The retain flag.</param>
/// <param name="Identifiers">The subscription identifiers as they are on the wire; empty for none.</param>
/// <param name="Group">The filter of those who share it; null when it is for this session alone.</param>
internal readonly record struct DeliveryOptions(MqttQos Qos, bool Retain, byte[] Identifiers, string? Group = null);
