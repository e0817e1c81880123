using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Broker;

/// <summary>
/// What the broker knows of a client beyond one connection: its subscriptions, and the QoS 1 messages that it has not acknowledged.
/// <code>
///  message ──► pending (bounded) ──► window (packet ids, not acknowledged) ──► outbound buffer of the connection
///          └───────── at once, when nothing waits and the client takes more ────────┘
/// </code>
/// When the session ends with the connection, nothing is ever sent twice, and so the window keeps no copies.
/// </summary>
internal sealed class Session(string clientId, BrokerState broker)
{
    private readonly Lock gate = new();
    private readonly PacketWindow<Waiting> window = new();
    private readonly Queue<Waiting> pending = new();
    private Connection? connection;
    private TaskCompletionSource? room;

    /// <summary>Whether messages are kept beyond the connection. Follows <see cref="Expiry"/> with the next connection only, so that a
    /// take-over finds copies of everything that was sent until then.</summary>
    private bool keeps;

    /// <summary>Bytes of the messages that wait or are kept until acknowledged; a retained message is not a copy and does not count.</summary>
    private long keptBytes;

    public string ClientId => clientId;

    /// <summary>The connection that it belongs to at the moment.</summary>
    public Connection? Connection => Volatile.Read(ref connection);

    /// <summary>How long it outlives the connection.</summary>
    public TimeSpan Expiry { get; set; }

    /// <summary>The connection that it was last given to; owned by <see cref="Sessions"/>, which decides whose it is.</summary>
    public Connection? Owner { get; set; }

    /// <summary>Topic filters. Locked by itself, as a connection that is being taken over may still be at work.</summary>
    public HashSet<string> Subscriptions { get; } = [];

    /// <summary>Whether it is gone for good; under the lock of <see cref="Subscriptions"/>.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Its end, or that of a delayed will; owned by <see cref="Sessions"/>.</summary>
    public ITimer? ExpiryTimer { get; set; }

    /// <summary>The delayed will; owned by <see cref="Sessions"/>.</summary>
    public ITimer? WillTimer { get; set; }

    /// <summary>The will that waits for its delay; owned by <see cref="Sessions"/>.</summary>
    public WillMessage? PendingWill { get; set; }

    /// <summary>Gives it to a connection, which then gets what is still owed; unless that one was taken over before it came to this.</summary>
    public void Attach(Connection newConnection)
    {
        lock (gate)
        {
            if (newConnection.IsClosing) return;
            connection = newConnection;
            keeps = Expiry > TimeSpan.Zero;
            window.Rewind();
        }

        Drain();
    }

    /// <summary>Takes it from a connection that ends.</summary>
    public void Detach(Connection oldConnection)
    {
        lock (gate)
        {
            if (connection != oldConnection) return;
            connection = null;
            room?.TrySetResult();
            room = null;
        }
    }

    /// <summary>Takes a message for the client: sends it, lets it wait, or drops and counts it.</summary>
    /// <returns>False when there is no room for a QoS 1 message and the client is alive: the publisher waits and tries again.</returns>
    public bool TryDeliver(in PublishPacket packet, in RemoteSubscription subscription, ref StoredMessage? copy)
    {
        var retain = packet.Retain && subscription.RetainAsPublished;
        if (packet.Qos == MqttQos.AtMostOnce || subscription.Qos == MqttQos.AtMostOnce)
        {
            SendOrDrop(packet, retain);
            return true;
        }

        lock (gate)
        {
            var live = connection is { IsClosing: false } ? connection : null;
            if (live is null && !keeps) return true;
            if (live is not null && IsTooLarge(packet, live)) return true;
            if (live is not null && TrySendAtOnce(packet, retain, live, ref copy)) return true;
            if (!HasRoom(packet.KeptSize))
            {
                if (live is null) broker.Counters.Dropped();
                return live is null;
            }

            copy ??= new StoredMessage(packet, broker.Time.GetUtcNow());
            pending.Enqueue(new Waiting(copy, retain, copy.Size));
            keptBytes += copy.Size;
            return true;
        }
    }

    /// <summary>Takes a retained message, for a subscription that was just made.</summary>
    /// <returns>False when it must wait until the outbound buffer has room.</returns>
    public bool TryDeliverRetained(StoredMessage message, MqttQos granted)
    {
        var packet = message.View(broker.Time.GetUtcNow());
        var live = Connection;
        if (live is null || IsTooLarge(packet, live)) return true;
        if (packet.Qos == MqttQos.AtMostOnce || granted == MqttQos.AtMostOnce)
            return live.Outbound.TryPublish(packet, MqttQos.AtMostOnce, retain: true, duplicate: false, 0, live.Version);
        lock (gate)
        {
            // These may exceed the queue's length once: they are shared, and whoever asked for them is the one who makes room.
            if (pending.Count < broker.Options.OutboundQueueLength + broker.Options.MaximumRetainedMessages)
                pending.Enqueue(new Waiting(message, Retain: true, Bytes: 0));
            else
                broker.Counters.Dropped();
        }

        return true;
    }

    /// <summary>The client has acknowledged a message.</summary>
    public void Acknowledge(ushort packetId, Connection from)
    {
        lock (gate)
        {
            if (connection == from && window.TryAcknowledge(packetId, out var waiting)) keptBytes -= waiting.Bytes;
        }
    }

    /// <summary>Sends what waits, as far as the client and its outbound buffer take it.</summary>
    public void Drain()
    {
        lock (gate)
        {
            if (connection is not { IsClosing: false } live) return;
            DrainWindow(live);
            if (!window.HasUnsent) DrainPending(live);
            if (pending.Count > broker.Options.OutboundQueueLength / 2 || keptBytes > broker.Options.OutboundQueueBytes / 2) return;
            room?.TrySetResult();
            room = null;
        }
    }

    /// <summary>Completes when a message of that many bytes may find room, or the connection has ended.</summary>
    public Task WaitForRoomAsync(int bytes)
    {
        lock (gate)
        {
            if (connection is null || HasRoom(bytes)) return Task.CompletedTask;
            room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return room.Task;
        }
    }

    /// <summary>Whether a message may wait here; one alone always may.</summary>
    private bool HasRoom(int bytes) => pending.Count < broker.Options.OutboundQueueLength
        && (keptBytes == 0 || keptBytes + bytes <= broker.Options.OutboundQueueBytes);

    private void DrainWindow(Connection live)
    {
        var now = broker.Time.GetUtcNow();
        while (window.InFlight < live.Quota && window.TryPeek(out var id, out var waiting, out var due))
        {
            var packet = waiting.Message!.View(now);
            var skip = IsTooLarge(packet, live);
            if (!skip && !live.Outbound.TryPublish(packet, MqttQos.AtLeastOnce, waiting.Retain, due == Due.PublishAgain, id, live.Version)) return;
            window.Advance();
            if (skip && window.TryRemove(id, out _)) keptBytes -= waiting.Bytes;
        }
    }

    private void DrainPending(Connection live)
    {
        var now = broker.Time.GetUtcNow();
        while (window.InFlight < live.Quota && window.HasRoom && pending.TryPeek(out var waiting))
        {
            var packet = waiting.Message!.View(now);
            if (!waiting.Message.IsExpired(now) && !IsTooLarge(packet, live))
            {
                var id = window.NextId;
                if (!live.Outbound.TryPublish(packet, MqttQos.AtLeastOnce, waiting.Retain, duplicate: false, id, live.Version)) return;
                Sent(waiting);
            }
            else
            {
                keptBytes -= waiting.Bytes;
            }

            pending.Dequeue();
        }
    }

    private bool TrySendAtOnce(in PublishPacket packet, bool retain, Connection live, ref StoredMessage? copy)
    {
        if (pending.Count > 0 || window.HasUnsent || window.InFlight >= live.Quota || !window.HasRoom) return false;
        if (keeps && !HasRoom(packet.KeptSize)) return false;
        if (!live.Outbound.TryPublish(packet, MqttQos.AtLeastOnce, retain, duplicate: false, window.NextId, live.Version)) return false;
        if (keeps) copy ??= new StoredMessage(packet, broker.Time.GetUtcNow());
        var kept = keeps ? new Waiting(copy, retain, copy!.Size) : default;
        keptBytes += kept.Bytes;
        Sent(kept);
        return true;
    }

    private void Sent(Waiting waiting)
    {
        window.Add(waiting, MqttQos.AtLeastOnce);
        window.Advance();
    }

    private void SendOrDrop(in PublishPacket packet, bool retain)
    {
        if (Connection is not { IsClosing: false } live || IsTooLarge(packet, live)) return;
        if (!live.Outbound.TryPublish(packet, MqttQos.AtMostOnce, retain, duplicate: false, 0, live.Version)) broker.Counters.Dropped();
    }

    /// <summary>A message that the client said it cannot take is not sent (MQTT 5.0 section 3.1.2.11.4).</summary>
    private bool IsTooLarge(in PublishPacket packet, Connection live)
    {
        if (live.MaximumPacketSize == 0 || packet.Size(MqttQos.AtLeastOnce, live.Version) <= live.MaximumPacketSize) return false;
        broker.Counters.Dropped();
        return true;
    }

    private readonly record struct Waiting(StoredMessage? Message, bool Retain, int Bytes);
}
