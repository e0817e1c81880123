using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker;

/// <summary>Answers SUBSCRIBE and UNSUBSCRIBE of one session, and sends the retained messages that a new subscription is due.</summary>
internal sealed class SubscriptionRequests(BrokerState broker, Session session, Connection connection)
{
    /// <summary>Filters whose retained messages are due. They are looked up one filter after the other: all at once would be as many as
    /// there are retained messages, for each filter.</summary>
    private readonly Queue<(string Filter, RemoteSubscription Subscription)> due = new();
    private readonly Queue<StoredMessage> retained = new();
    private RemoteSubscription retainedFor;
    private byte[]? suback;

    /// <summary>Whether a SUBACK waits for the disk, or retained messages for room in the outbound buffer.</summary>
    public bool MustWait => suback is not null || retained.Count > 0 || due.Count > 0;

    public void Subscribe(SubscribePacket packet)
    {
        var reasons = new byte[packet.Topics.Count];
        var identifiers = RemoteSubscription.Encode(packet.SubscriptionId);
        var left = broker.Options.MaximumSubscriptionsPerClient;
        for (var i = 0; i < reasons.Length; i++) reasons[i] = Subscribe(packet.Topics[i], identifiers, ref left);
        suback = new SubackPacket(packet.PacketId, reasons).Write(PacketType.Suback, connection.Version);
        if (session.Record is null) Answer();
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
        if (suback is not null)
        {
            await broker.Store!.WhenCommittedAsync().WaitAsync(cancellationToken);
            Answer();
        }

        while (MustWait)
        {
            connection.Outbound.Pump();
            await connection.Outbound.WaitUntilSentAsync().WaitAsync(cancellationToken);
            SendRetained();
        }
    }

    private void Answer()
    {
        connection.Outbound.Write(suback);
        suback = null;
        SendRetained();
    }

    private byte Subscribe(TopicRequest request, byte[] identifiers, ref int left)
    {
        var isShared = SharedFilter.IsShared(request.Filter);
        if (!SharedFilter.TryParse(request.Filter, out _, out var topics)) return Reason.TopicFilterInvalid;
        if (isShared && request.NoLocal) Broken.Protocol("a shared subscription asks for no local");
        if (!TopicRules.IsFilter(topics)) return Reason.TopicFilterInvalid;
        if (connection.Permissions != MqttPermissions.All && !connection.Permissions.MaySubscribe(topics)) return Reason.NotAuthorized;
        var subscription = new RemoteSubscription(session, request.Qos, request.NoLocal, request.RetainAsPublished, identifiers);
        if (left == 0 || !TryAdd(request.Filter, subscription, out var isNew)) return Reason.QuotaExceeded;
        left--;
        if (!isShared && (request.Retained == MqttRetainHandling.Send || (request.Retained == MqttRetainHandling.SendIfNew && isNew)))
            due.Enqueue((request.Filter, subscription));
        return (byte)request.Qos;
    }

    private bool TryAdd(string filter, RemoteSubscription subscription, out bool isNew)
    {
        lock (session.Subscriptions)
        {
            isNew = !session.Subscriptions.ContainsKey(filter);
            if (session.IsEnded) return false;
            if (isNew && session.Subscriptions.Count >= broker.Options.MaximumSubscriptionsPerClient) return false;
            if (isNew && broker.Topics.Bytes + SubscriptionTree.Cost(filter) > broker.Options.MaximumSubscriptionBytes) return false;
            session.Subscriptions[filter] = subscription;
            session.Record?.Subscribe(filter, subscription.Row);
            broker.Topics.Add(filter, subscription);
            return true;
        }
    }

    private bool TryRemove(string filter)
    {
        lock (session.Subscriptions)
        {
            if (!session.Subscriptions.Remove(filter)) return false;
            session.Record?.Subscribe(filter, null);
            broker.Topics.Remove(filter, session);
            return true;
        }
    }

    private void SendRetained()
    {
        do
        {
            while (retained.TryPeek(out var next) && TrySend(next)) retained.Dequeue();
        }
        while (retained.Count == 0 && TryNextFilter());
        session.Drain();
    }

    /// <summary>Sends one, unless it is not the retained one of its topic any more: the newer one has come, or comes, as a live message,
    /// and must not be followed by this.</summary>
    private bool TrySend(StoredMessage message) =>
        broker.Retained.IfCurrent(message, () => session.TryDeliverRetained(message, retainedFor));

    private bool TryNextFilter()
    {
        if (!due.TryDequeue(out var next)) return false;
        retainedFor = next.Subscription;
        foreach (var message in broker.Retained.Matching(next.Filter)) retained.Enqueue(message);
        return true;
    }
}
