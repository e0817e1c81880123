using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Broker;

/// <summary>What a client asked for with one topic filter.</summary>
internal readonly record struct RemoteSubscription(Session Session, MqttQos Qos, bool NoLocal, bool RetainAsPublished)
{
    /// <summary>Two filters of one client match the same topic: it gets one message, with the better of both.</summary>
    public RemoteSubscription Merge(RemoteSubscription other) => new(
        Session, Qos > other.Qos ? Qos : other.Qos, NoLocal && other.NoLocal, RetainAsPublished || other.RetainAsPublished);
}

/// <summary>Who gets the messages of one topic.</summary>
internal sealed record TopicMatch(LocalSubscription[] Local, RemoteSubscription[] Remote)
{
    public static readonly TopicMatch Nobody = new([], []);
}
