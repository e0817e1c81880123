namespace Plantroom.Mqtt.Codec;

/// <summary>How a message is sent to one receiver: what differs from one to the next.</summary>
/// <param name="Qos">The quality of service of the delivery.</param>
/// <param name="Version">The version of the connection.</param>
internal readonly record struct PublishForm(MqttQos Qos, MqttProtocolVersion Version)
{
    public bool Retain { get; init; }

    public bool Duplicate { get; init; }

    /// <summary>Not written with QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>The subscription identifiers, as they are on the wire; null or empty for none.</summary>
    public byte[]? Identifiers { get; init; }

    /// <summary>The number that stands for the topic; 0 for none.</summary>
    public ushort TopicAlias { get; init; }

    /// <summary>Whether the alias is known to the receiver, so that the topic itself is not sent.</summary>
    public bool OmitsTopic { get; init; }
}
