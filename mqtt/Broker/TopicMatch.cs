using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <summary>What a client asked for with one topic filter.</summary>
/// <param name="Session">The client's session.</param>
/// <param name="Qos">The quality of service that it was granted.</param>
/// <param name="NoLocal">Whether its own messages are left out.</param>
/// <param name="RetainAsPublished">Whether the retain flag is passed on.</param>
/// <param name="Identifiers">The subscription identifiers as they are on the wire; empty for none.</param>
/// <param name="Group">The group that shares the messages; null when they are for this client alone.</param>
/// <param name="Own">What counts for the client's own messages, when some of several filters leave them out; null when it is the same.</param>
internal readonly record struct RemoteSubscription(
    Session Session, MqttQos Qos, bool NoLocal, bool RetainAsPublished, byte[] Identifiers, SharedGroup? Group = null,
    RemoteSubscription[]? Own = null)
{
    /// <summary>Two filters of one client match the same topic: it gets one message, with the better of both and the identifiers of
    /// both.</summary>
    public RemoteSubscription Merge(RemoteSubscription other)
    {
        var merged = new RemoteSubscription(
            Session, Qos > other.Qos ? Qos : other.Qos, NoLocal && other.NoLocal, RetainAsPublished || other.RetainAsPublished,
            [.. Identifiers, .. other.Identifiers]);
        if (Own is null && other.Own is null && NoLocal == other.NoLocal) return merged;
        var own = NoLocal ? other.ForOwn : other.NoLocal ? ForOwn : ForOwn.Merge(other.ForOwn);
        return merged with { Own = [own] };
    }

    /// <summary>The subscription as it counts for the client's own messages, if it gets them.</summary>
    public RemoteSubscription ForOwn => Own is null ? this : Own[0];

    /// <summary>The subscription as it is kept on disk.</summary>
    public SubscriptionRow Row => new(new TopicRequest("", Qos, NoLocal, RetainAsPublished).Options, Identifiers);

    /// <summary>A subscription as it was kept on disk.</summary>
    public static RemoteSubscription Restore(Session session, SubscriptionRow row) =>
        new(session, (MqttQos)(row.Options & 3), (row.Options & 4) != 0, (row.Options & 8) != 0, row.Identifiers);

    /// <summary>The quality of service in which a message of another one is delivered.</summary>
    public MqttQos Deliver(MqttQos published) => published < Qos ? published : Qos;

    /// <summary>An identifier as it is on the wire; nothing for 0, which is none.</summary>
    public static byte[] Encode(uint identifier) =>
        identifier == 0 ? [] : new PacketBuilder().Number(Property.SubscriptionIdentifier, identifier).Written.ToArray();
}

/// <summary>Who gets the messages of one topic.</summary>
internal sealed record TopicMatch(LocalSubscription[] Local, RemoteSubscription[] Remote, SharedGroup[] Shared)
{
    public static readonly TopicMatch Nobody = new([], [], []);
}
