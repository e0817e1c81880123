using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker;

/// <summary>Answers SUBSCRIBE and UNSUBSCRIBE of one session, and sends the retained messages that a new subscription is due.</summary>
internal sealed class SubscriptionRequests(BrokerState broker, Session session, Connection connection)
{
    /// <summary>Filters whose retained messages are due. They are looked up one filter after the other: all at once would be as many as
    /// there are retained messages, for each filter.</summary>
    private readonly Queue<(string Filter, MqttQos Granted)> due = new();
    private readonly Queue<StoredMessage> retained = new();
    private MqttQos retainedGranted;

    /// <summary>Whether retained messages wait for room in the outbound buffer.</summary>
    public bool MustWait => retained.Count > 0 || due.Count > 0;

    public void Subscribe(SubscribePacket packet)
    {
        if (packet.SubscriptionId != 0)
        {
            throw new MqttException(
                "subscription identifiers are not supported, as CONNACK says", Reason.SubscriptionIdentifiersNotSupported);
        }

        var reasons = new byte[packet.Topics.Count];
        var left = broker.Options.MaximumSubscriptionsPerClient;
        for (var i = 0; i < reasons.Length; i++) reasons[i] = Subscribe(packet.Topics[i], ref left);
        connection.Outbound.Write(new SubackPacket(packet.PacketId, reasons).Write(PacketType.Suback, connection.Version));
        SendRetained();
    }

    public void Unsubscribe(UnsubscribePacket packet)
    {
        var reasons = new byte[packet.Filters.Count];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = TryRemove(packet.Filters[i]) ? Reason.Success : Reason.NoSubscriptionExisted;
        }

        connection.Outbound.Write(new SubackPacket(packet.PacketId, reasons).Write(PacketType.Unsuback, connection.Version));
    }

    /// <summary>Waits for room and sends on, until all retained messages are sent.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        while (MustWait)
        {
            connection.Outbound.Pump();
            await connection.Outbound.WaitUntilSentAsync().WaitAsync(cancellationToken);
            SendRetained();
        }
    }

    private byte Subscribe(TopicRequest request, ref int left)
    {
        if (request.Filter.StartsWith("$share/", StringComparison.Ordinal)) return Reason.SharedSubscriptionsNotSupported;
        if (!TopicRules.IsFilter(request.Filter)) return Reason.TopicFilterInvalid;
        var granted = request.Qos == MqttQos.AtMostOnce ? MqttQos.AtMostOnce : MqttQos.AtLeastOnce;
        if (left == 0 || !TryAdd(request, granted, out var isNew)) return Reason.QuotaExceeded;
        left--;
        if (request.Retained == MqttRetainHandling.Send || (request.Retained == MqttRetainHandling.SendIfNew && isNew))
        {
            due.Enqueue((request.Filter, granted));
        }

        return (byte)granted;
    }

    private bool TryAdd(TopicRequest request, MqttQos granted, out bool isNew)
    {
        lock (session.Subscriptions)
        {
            isNew = !session.Subscriptions.Contains(request.Filter);
            if (session.IsEnded) return false;
            if (isNew && session.Subscriptions.Count >= broker.Options.MaximumSubscriptionsPerClient) return false;
            session.Subscriptions.Add(request.Filter);
            broker.Topics.Add(
                request.Filter, new RemoteSubscription(session, granted, request.NoLocal, request.RetainAsPublished));
            return true;
        }
    }

    private bool TryRemove(string filter)
    {
        lock (session.Subscriptions)
        {
            if (!session.Subscriptions.Remove(filter)) return false;
            broker.Topics.Remove(filter, session);
            return true;
        }
    }

    private void SendRetained()
    {
        do
        {
            while (retained.TryPeek(out var next) && session.TryDeliverRetained(next, retainedGranted)) retained.Dequeue();
        }
        while (retained.Count == 0 && TryNextFilter());
        session.Drain();
    }

    private bool TryNextFilter()
    {
        if (!due.TryDequeue(out var next)) return false;
        retainedGranted = next.Granted;
        foreach (var message in broker.Retained.Matching(next.Filter)) retained.Enqueue(message);
        return true;
    }
}
