using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker;

/// <summary>
/// What becomes of a PUBLISH of one connection: retained, handed to subscribers over the network, handed to handlers in this process,
/// and acknowledged when all of them have it. Runs on the connection's read loop.
/// </summary>
internal sealed class InboundMessages
{
    private readonly BrokerState broker;
    private readonly Connection connection;
    private readonly Session session;
    private readonly OutboundBuffer outbound;
    private readonly RoutingBatch routing;
    private readonly HandlerCalls handlers = new();
    private TopicAliases? aliases;
    private long stalledSequence = -1;
    private (ushort Id, long Sequence)? held;
    private Pledge? heldPledge;
    private bool storeIsFull;
    private int received;

    public InboundMessages(BrokerState broker, Session session, Connection connection)
    {
        (this.broker, this.connection, this.session, outbound) = (broker, connection, session, connection.Outbound);
        routing = new RoutingBatch(broker, session);
        Acknowledgements = new InboundAcknowledgements(
            outbound, broker.Options.ReceiveMaximum, session.Received, checksIds: connection.Version == MqttProtocolVersion.V50)
        {
            OnAbandoned = () => connection.Close(Reason.ImplementationSpecific, "a message could not be processed"),
        };
    }

    public InboundAcknowledgements Acknowledgements { get; }

    /// <summary>Whether the read loop must wait before the next packet.</summary>
    public bool MustWait => routing.MustWait || handlers.MustWait || storeIsFull;

    public void Take(in PublishPacket packet)
    {
        received++;
        if (packet.TopicAlias == 0) TakeNamed(packet);
        else TakeNamed((aliases ??= new TopicAliases(broker.Options.TopicAliasMaximum)).Resolve(packet));
    }

    public void BeginBatch() => Acknowledgements.BeginBatch();

    /// <summary>Sends what the batch has caused, at the subscribers and here.</summary>
    public void EndBatch()
    {
        Acknowledgements.EndBatch();
        if (received > 0) Count();
        routing.Flush();
        if (Acknowledgements.IsEmpty) outbound.PumpUnlessDeferred();
        else outbound.Pump();
    }

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (handlers.MustWait) await WaitForHandlersAsync(cancellationToken);
        if (routing.MustWait) await WaitForRoomAsync(cancellationToken);
        if (storeIsFull) await broker.Store!.WaitForRoomAsync().WaitAsync(cancellationToken);
        storeIsFull = false;
    }

    /// <summary>The connection has ended. A message of QoS 2 that was begun is not routed again when it comes again, and so those who have
    /// no room for it yet still get it.</summary>
    public void Leave()
    {
        if (!routing.MustWait || held is null)
        {
            routing.TakePledge()?.Abandon();
            return;
        }

        routing.IsDetached = true;
        _ = WaitForRoomAsync(CancellationToken.None).AsTask();
    }

    private void Count()
    {
        broker.Counters.Received(received);
        broker.Moderation.Rate.Add(received, connection.LastReceived);
        received = 0;
    }

    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        await routing.WaitAsync(cancellationToken);
        if (stalledSequence < 0) return;
        var sequence = stalledSequence;
        stalledSequence = -1;
        if (routing.TakePledge() is { } pledge) Submit(pledge, sequence);
        else Acknowledgements.Acknowledge(InboundAcknowledgements.Token(sequence, InboundAcknowledgements.DurableBit));
        Acknowledgements.Acknowledge(InboundAcknowledgements.Token(sequence, InboundAcknowledgements.RoutingBit));
    }

    private async ValueTask WaitForHandlersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await handlers.WaitAsync(cancellationToken);
        }
        catch (HandlerException)
        {
            Abandon();
            throw;
        }
    }

    private void TakeNamed(in PublishPacket packet)
    {
        var match = broker.Topics.Match(packet.Topic);
        if (!MayPublish(packet.Topic))
        {
            Refuse(packet);
            return;
        }

        if (packet.Qos != MqttQos.ExactlyOnce)
        {
            TakeAllowed(packet, match);
            return;
        }

        // A connection that is being taken over may be in the middle of the message that comes again here. It is not routed again, and so the
        // one behind it has to wait until it is routed there.
        lock (session.Taking) TakeAllowed(packet, match);
    }

    private void TakeAllowed(in PublishPacket packet, TopicMatch match)
    {
        if (packet.Qos != MqttQos.AtMostOnce && !Acknowledgements.TryBegin(packet.PacketId, packet.Qos)) return;
        Pledge? pledge = null;

        // A handler has failed when it came first: those over the network got it then, and get it exactly once.
        if (packet.Qos == MqttQos.ExactlyOnce && Acknowledgements.WasRouted(packet.PacketId) && packet.Duplicate)
            match = match with { Remote = [], Shared = [] };
        else if (packet.Retain)
            match = broker.Retain(packet, ref pledge);
        heldPledge = packet.Qos == MqttQos.ExactlyOnce && session.Record is { } sender
            ? (pledge ??= new Pledge(broker.Store!)).AddReceived(sender, packet.PacketId, HandlerCalls.Owed(match.Local.Length))
            : null;
        routing.Send(packet, match, pledge);
        if (packet.Qos == MqttQos.AtMostOnce) handlers.Call(packet, match.Local, retained: false, debtor: null, 0);
        else Hand(packet, match);
    }

    private void Hand(in PublishPacket packet, TopicMatch match)
    {
        // With an identifier that is kept on disk, the pledge waits for the handlers: it may not be there before they have completed.
        var owed = heldPledge is null ? HandlerCalls.Owed(match.Local.Length) : 0;
        var pledge = routing.MustWait ? null : routing.TakePledge();
        if (pledge is not null || (routing.MustWait && broker.Store is not null)) owed |= 1UL << InboundAcknowledgements.DurableBit;
        if (routing.MustWait) owed |= 1UL << InboundAcknowledgements.RoutingBit;
        var sequence = Acknowledgements.Add(packet.PacketId, packet.Qos, owed);
        if (routing.MustWait) stalledSequence = sequence;
        else if (pledge is not null) Submit(pledge, sequence);
        held = packet.Qos == MqttQos.ExactlyOnce ? (packet.PacketId, sequence) : null;
        if (match.Local.Length == 0) return;
        try
        {
            handlers.Call(packet, match.Local, retained: false, heldPledge is null ? Acknowledgements : heldPledge, sequence);
        }
        catch (HandlerException)
        {
            Abandon();
            throw;
        }
    }

    /// <summary>From here on the answer waits for the disk.</summary>
    private void Submit(Pledge pledge, long sequence)
    {
        pledge.Submit(Acknowledgements, InboundAcknowledgements.Token(sequence, InboundAcknowledgements.DurableBit));
        storeIsFull = broker.Store!.IsFull;
    }

    private bool MayPublish(ReadOnlySpan<byte> topic) =>
        !SystemTopics.IsOne(topic) && (connection.Permissions == MqttPermissions.All || connection.Permissions.MayPublish(topic));

    /// <summary>3.1.1 cannot say that a message was not taken: any answer would claim that it is kept.</summary>
    private void Refuse(in PublishPacket packet)
    {
        if (connection.Version == MqttProtocolVersion.V311)
            throw new MqttException("it may not publish to this topic", Reason.NotAuthorized);
        broker.Counters.Unauthorized();
        if (packet.Qos != MqttQos.AtMostOnce) Acknowledgements.Refuse(packet.PacketId, packet.Qos, Reason.NotAuthorized);
    }

    /// <summary>A handler has failed: the message is a new one when it comes again, at least for the handlers.</summary>
    private void Abandon()
    {
        if (held is var (id, sequence)) Acknowledgements.Abandon(id, sequence, isRouted: !routing.MustWait);
        heldPledge?.Abandon();
        (held, heldPledge) = (null, null);
    }
}
