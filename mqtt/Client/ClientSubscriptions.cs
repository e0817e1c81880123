using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Client;

/// <summary>The subscriptions of a client: asked for again on a new connection whose broker does not know them any more.</summary>
internal sealed class ClientSubscriptions
{
    private readonly Lock gate = new();
    private volatile ClientSubscription[] all = [];
    private bool closed;
    private ushort lastId = OutgoingMessages.LastId;

    public ClientSubscription Add(string filter, MqttQos qos, MqttHandler handler, ClientLink? link)
    {
        var subscription = new ClientSubscription(filter, qos, handler);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            all = [.. all, subscription];
            if (link is not null) Ask(subscription, link);
        }

        return subscription;
    }

    /// <summary>A new connection. The caller pumps.</summary>
    public void Attach(ClientLink link)
    {
        lock (gate)
        {
            foreach (var subscription in all)
            {
                if (!link.Connack.SessionPresent || !subscription.Granted.IsCompletedSuccessfully || subscription.PacketId != 0)
                    Ask(subscription, link);
            }
        }
    }

    /// <summary>The broker has answered.</summary>
    /// <returns>The filter that it has refused after it had granted it on an earlier connection, if so.</returns>
    public string? Answer(SubackPacket packet)
    {
        lock (gate)
        {
            var subscription = Array.Find(all, s => s.PacketId == packet.PacketId);
            if (subscription is null || packet.Reasons.Length != 1) return null;
            var wasGranted = subscription.Granted.IsCompletedSuccessfully;
            if (subscription.Complete(packet.Reasons[0])) return null;
            subscription.Local.End();
            all = [.. all.Where(s => s != subscription)];
            return wasGranted ? subscription.Local.Filter : null;
        }
    }

    /// <summary>Collects the handlers of a topic.</summary>
    public void Match(ReadOnlySpan<byte> topic, List<LocalSubscription> handlers)
    {
        handlers.Clear();
        foreach (var subscription in all)
        {
            if (TopicRules.Matches(subscription.Filter, topic)) handlers.Add(subscription.Local);
        }
    }

    public void Fail()
    {
        lock (gate) closed = true;
        foreach (var subscription in all) subscription.Fail(new MqttException("The client was disconnected before the broker answered."));
    }

    private void Ask(ClientSubscription subscription, ClientLink link)
    {
        lastId = lastId == ushort.MaxValue ? (ushort)(OutgoingMessages.LastId + 1) : (ushort)(lastId + 1);
        subscription.PacketId = lastId;
        link.Outbound.Write(new SubscribePacket(lastId, [subscription.Request]).Write(link.Version));
    }
}
