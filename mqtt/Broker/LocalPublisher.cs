using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <summary>A message that does not come from a read loop: published from within the process, or a will.</summary>
internal sealed record OwnMessage(
    ReadOnlyMemory<byte> Topic, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Properties, MqttQos Qos, bool Retain)
{
    public PublishPacket View() => new()
    {
        Topic = Topic.Span,
        Payload = Payload.Span,
        Properties = Properties.Span,
        Qos = Qos,
        Retain = Retain,
        ExpiryOffset = ExpiryOffset(),
    };

    private int ExpiryOffset()
    {
        if (Properties.IsEmpty) return 0;
        var properties = new PropertyReader(Properties.Span, Codec.Properties.InPublish);
        while (properties.Next())
        {
            if (properties.Id == Property.MessageExpiryInterval) return properties.ValueOffset;
        }

        return 0;
    }
}

/// <summary>Hands a message of the process itself to all subscribers.</summary>
internal static class LocalPublisher
{
    /// <param name="broker">The broker.</param>
    /// <param name="message">What to publish; its topic is checked here.</param>
    /// <param name="waitForHandlers">Whether to complete only when every handler has completed a message of QoS 1 or 2.</param>
    /// <param name="cancellationToken">Ends the waiting; the message is then handed over already.</param>
    public static async Task PublishAsync(
        BrokerState broker, OwnMessage message, bool waitForHandlers, CancellationToken cancellationToken)
    {
        Pledge? pledge = null;
        var match = broker.Accept(message.View(), ref pledge);
        var routing = new RoutingBatch(broker, from: null);
        var handlers = new HandlerCalls();
        var receipt = message.Qos == MqttQos.AtMostOnce || (match.Local.Length == 0 && broker.Store is null)
            ? null
            : new Receipt(match.Local.Length);
        Hand(message, match, routing, handlers, receipt, pledge);
        routing.Flush();
        try
        {
            if (handlers.MustWait) await handlers.WaitAsync(cancellationToken);
            if (routing.MustWait) await routing.WaitAsync(cancellationToken);
        }
        finally
        {
            receipt?.Await(routing.TakePledge());
        }

        if (receipt is not null && waitForHandlers) await receipt.Completed.WaitAsync(cancellationToken);
    }

    private static void Hand(
        OwnMessage message, TopicMatch match, RoutingBatch routing, HandlerCalls handlers, Receipt? receipt, Pledge? pledge)
    {
        var packet = message.View();
        routing.Send(packet, match, pledge);
        handlers.Call(packet, match.Local, retained: false, receipt, 0);
    }

    /// <summary>Counts the handlers that have completed the message, and the disk.</summary>
    private sealed class Receipt(int handlers) : IMqttDebtor
    {
        private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ulong owed = HandlerCalls.Owed(handlers) | 1UL << InboundAcknowledgements.DurableBit;

        public Task Completed => completed.Task;

        /// <summary>Says what must be durable; null is nothing.</summary>
        public void Await(Pledge? pledge)
        {
            if (pledge is null) Acknowledge(InboundAcknowledgements.DurableBit);
            else pledge.Submit(this, InboundAcknowledgements.DurableBit);
        }

        public void Acknowledge(long token)
        {
            var others = ~(1UL << (int)(token & 63));
            if ((Interlocked.And(ref owed, others) & others) == 0) completed.TrySetResult();
        }
    }
}
