namespace Plantroom.Mqtt;

/// <summary>What is subscribed to, and how (MQTT 5.0 section 3.8.3.1). The options beyond filter and QoS need MQTT 5.0.</summary>
/// <param name="Filter">A topic filter, with <c>+</c> and <c>#</c>; <c>$share/group/filter</c> spreads its messages over all members of the
/// group.</param>
/// <param name="Qos">The highest quality of service that is wanted.</param>
public sealed record MqttSubscription(string Filter, MqttQos Qos = MqttQos.AtLeastOnce)
{
    /// <summary>Whether messages of this client itself are left out. Not allowed with a shared subscription.</summary>
    public bool NoLocal { get; init; }

    /// <summary>Whether <see cref="MqttMessage.Retain"/> says what the publisher said, and not that the message was there before.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>When the messages that are retained already are sent. A shared subscription never gets them.</summary>
    public MqttRetainHandling Retained { get; init; } = MqttRetainHandling.Send;

    /// <summary>A number that comes back with every message of this subscription, 1 to 268,435,455; null for none.</summary>
    public int? Identifier { get; init; }
}

/// <summary>When retained messages are sent for a subscription (MQTT 5.0 section 3.8.3.1). The numbers are those on the wire.</summary>
public enum MqttRetainHandling : byte
{
    /// <summary>Whenever it is subscribed.</summary>
    Send = 0,

    /// <summary>Only when the subscription is new.</summary>
    SendIfNew = 1,

    /// <summary>Never.</summary>
    DoNotSend = 2,
}
