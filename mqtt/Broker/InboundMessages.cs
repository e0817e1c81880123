using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker;

/// <summary>
/// What becomes of a PUBLISH of one connection: retained, handed to subscribers over the network, handed to handlers in this process,
/// and acknowledged when all of them have it. Runs on the connection's read loop.
/// </summary>
internal sealed class InboundMessages(BrokerState broker, Session session, OutboundBuffer outbound)
{
    private readonly InboundAcknowledgements acknowledgements = new(outbound, broker.Options.ReceiveMaximum, new ReceivedMessages());
    private readonly RoutingBatch routing = new(broker, session);
    private readonly HandlerCalls handlers = new();
    private long stalledSequence = -1;
    private int received;

    public InboundAcknowledgements Acknowledgements => acknowledgements;

    /// <summary>Whether the read loop must wait before the next packet.</summary>
    public bool MustWait => routing.MustWait || handlers.MustWait;

    public void Take(in PublishPacket packet)
    {
        received++;
        var match = broker.Accept(packet);
        routing.Send(packet, match);
        if (packet.Qos == MqttQos.AtMostOnce)
        {
            handlers.Call(packet, match.Local, retained: false, debtor: null, 0);
            return;
        }

        var owed = HandlerCalls.Owed(match.Local.Length);
        if (routing.MustWait) owed |= 1UL << InboundAcknowledgements.RoutingBit;
        var sequence = acknowledgements.Add(packet.PacketId, packet.Qos, owed);
        if (routing.MustWait) stalledSequence = sequence;
        handlers.Call(packet, match.Local, retained: false, acknowledgements, sequence);
    }

    public void BeginBatch() => acknowledgements.BeginBatch();

    /// <summary>Sends what the batch has caused, at the subscribers and here.</summary>
    public void EndBatch()
    {
        acknowledgements.EndBatch();
        if (received > 0) broker.Counters.Received(received);
        received = 0;
        routing.Flush();
        outbound.Pump();
    }

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (handlers.MustWait) await handlers.WaitAsync(cancellationToken);
        if (!routing.MustWait) return;
        await routing.WaitAsync(cancellationToken);
        if (stalledSequence < 0) return;
        acknowledgements.Acknowledge(InboundAcknowledgements.Token(stalledSequence, InboundAcknowledgements.RoutingBit));
        stalledSequence = -1;
    }
}
