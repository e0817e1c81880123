using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <summary>
/// What the broker knows of a client beyond one connection: its subscriptions, and the messages of QoS 1 and 2 that are not through.
/// <code>
///  message ──► pending (bounded) ──► window (packet ids, not acknowledged) ──► outbound buffer of the connection
///          └───────── at once, when nothing waits and the client takes more ────────┘
/// </code>
/// When the session ends with the connection, nothing is ever sent twice, and so the window keeps no copies; except of what it shares
/// with others, who get it then.
/// </summary>
internal sealed partial class Session(string clientId, BrokerState broker)
{
    private readonly Lock gate = new();
    private readonly PacketWindow<Waiting> window = new();
    private readonly Queue<Waiting> pending = new();
    private Connection? connection;
    private TaskCompletionSource? room;
    private TaskCompletionSource? outboundRoom;
    private bool ended;

    /// <summary>Whether messages are kept beyond the connection. Follows <see cref="Expiry"/> with the next connection only, so that a
    /// take-over finds copies of everything that was sent until then.</summary>
    private bool keeps;

    /// <summary>Bytes of the messages that wait or are kept until acknowledged; a retained message is not a copy and does not count.</summary>
    private long keptBytes;

    public string ClientId => clientId;

    /// <summary>The connection that it belongs to at the moment.</summary>
    public Connection? Connection => Volatile.Read(ref connection);

    /// <summary>Whether its client is there.</summary>
    public bool IsLive => Connection is { IsClosing: false };

    /// <summary>Whether its client is not read from, because it waits for room at another one.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>Held while a message of QoS 2 from its client is begun and routed.</summary>
    public Lock Taking { get; } = new();

    /// <summary>Until when that was so, as a timestamp.</summary>
    public long HeldBackUntil { get; set; }

    /// <summary>How long it outlives the connection.</summary>
    public TimeSpan Expiry { get; set; }

    /// <summary>The user that it belongs to; null when it is nobody's. Owned by <see cref="Sessions"/>.</summary>
    public string? UserName { get; set; }

    /// <summary>The connection that it was last given to; owned by <see cref="Sessions"/>, which decides whose it is.</summary>
    public Connection? Owner { get; set; }

    /// <summary>By topic filter. Locked by itself, as a connection that is being taken over may still be at work.</summary>
    public Dictionary<string, RemoteSubscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it is gone for good; under the lock of <see cref="Subscriptions"/>.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The messages of QoS 2 from the client that it has not released.</summary>
    public ReceivedMessages Received { get; } = new();

    /// <summary>Its end, or that of a delayed will; owned by <see cref="Sessions"/>.</summary>
    public ITimer? ExpiryTimer { get; set; }

    /// <summary>The delayed will; owned by <see cref="Sessions"/>.</summary>
    public ITimer? WillTimer { get; set; }

    /// <summary>Whether it only waits for the time of its will: its client has no session any more.</summary>
    public bool IsWillOnly { get; set; }

    /// <summary>The will that waits for its delay; owned by <see cref="Sessions"/>.</summary>
    public WillMessage? PendingWill { get; set; }

    /// <summary>Gives it to a connection, which then gets what is still owed; unless that one was taken over before it came to this.</summary>
    /// <param name="newConnection">The connection.</param>
    /// <param name="acknowledgements">What it receives; null when nothing.</param>
    public void Attach(Connection newConnection, InboundAcknowledgements? acknowledgements = null)
    {
        lock (gate)
        {
            if (newConnection.IsClosing) return;
            connection = newConnection;
            if (acknowledgements is not null) Received.Attach(acknowledgements);
            keeps = Expiry > TimeSpan.Zero;
            window.Rewind();

            // PUBRELs that wait for the disk: the window sends them now.
            releases.Clear();
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
            Complete(ref room);
            Complete(ref outboundRoom);
        }
    }

    /// <summary>It is gone for good.</summary>
    /// <returns>The messages that it shared with others and has not acknowledged, in their order.</returns>
    public IReadOnlyList<LeftMessage> End()
    {
        var left = new List<LeftMessage>();
        lock (gate)
        {
            ended = true;
            window.Rewind();
            while (window.TryPeek(out var id, out var waiting, out var due))
            {
                // One of QoS 2 that was sent may be there already: nobody else gets it (MQTT 5.0 section 4.8.2).
                End(due != Due.Publish && waiting.Qos == MqttQos.ExactlyOnce ? waiting with { Group = null } : waiting, left);
                window.TryRemove(id, out _);
            }

            while (pending.TryDequeue(out var waiting)) End(waiting, left);
            releases.Clear();
        }

        return left;
    }

    /// <summary>The client has answered a message.</summary>
    /// <param name="type">PUBACK, PUBREC or PUBCOMP.</param>
    /// <param name="answer">Which message, and what became of it.</param>
    /// <param name="from">The connection.</param>
    public void Answer(PacketType type, AcknowledgementPacket answer, Connection from)
    {
        lock (gate)
        {
            if (connection != from) return;
            if (type == PacketType.Pubrec && answer.Reason < Reason.Unspecified)
            {
                Release(answer.PacketId, from);
                return;
            }

            var waiting = default(Waiting);
            var known = type switch
            {
                PacketType.Puback => window.TryAcknowledge(answer.PacketId, out waiting),
                PacketType.Pubrec => window.TryRefuse(answer.PacketId, out waiting),
                _ => window.TryComplete(answer.PacketId, out waiting),
            };
            if (known) Gone(waiting);
        }
    }

    private void End(in Waiting waiting, List<LeftMessage> left)
    {
        if (waiting is not { Group: { } group, Message: { } message })
        {
            Gone(waiting);
            return;
        }

        // On disk it stays until another one has it.
        Account(-waiting.Bytes);
        left.Add(new LeftMessage(group, message, waiting.Record));
    }

    /// <summary>A message is not kept any more.</summary>
    private void Gone(in Waiting waiting)
    {
        Account(-waiting.Bytes);
        waiting.Record?.Move(DeliveryState.Gone, 0, Urgency.Soon);
    }

    /// <summary>The client has a message of QoS 2: only its identifier is needed from now on.</summary>
    private void Release(ushort id, Connection from)
    {
        var known = window.TryRelease(id, out var waiting);
        if (known)
        {
            Account(-waiting.Bytes);
            window.Replace(id, new Waiting { Qos = MqttQos.ExactlyOnce, Record = waiting.Record });
            if (waiting.Record is not null)
            {
                ReleaseWhenDurable(id, waiting.Record);
                return;
            }
        }

        var is50 = from.Version == MqttProtocolVersion.V50;
        from.Outbound.Write([new Answer(PacketType.Pubrel, id, known || !is50 ? Reason.Success : Reason.PacketIdentifierNotFound)]);
    }

    /// <summary>Counts bytes of messages, here and for all sessions.</summary>
    private void Account(int bytes)
    {
        keptBytes += bytes;
        broker.Queued.Add(bytes);
    }

    private static void Complete(ref TaskCompletionSource? waiter)
    {
        waiter?.TrySetResult();
        waiter = null;
    }

    private readonly record struct Waiting(
        StoredMessage? Message, MqttQos Qos, bool Retain, int Bytes, byte[]? Identifiers, string? Group, DeliveryRecord? Record = null)
    {
        /// <summary>Whether it may be sent only when the disk knows of it, with its identifier: after a crash it would else be sent under
        /// another one, and so be delivered twice.</summary>
        public bool IsSentWhenDurable => Record is not null && Qos == MqttQos.ExactlyOnce;

        public PublishForm Form(ushort id, bool again, MqttProtocolVersion version) =>
            new(Qos, version) { Retain = Retain, Duplicate = again, PacketId = id, Identifiers = Identifiers };
    }
}
