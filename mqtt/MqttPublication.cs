namespace Plantroom.Mqtt;

/// <summary>A message to publish.</summary>
/// <param name="Topic">The topic name, without wildcards.</param>
/// <param name="Payload">The payload; not looked at any more when the publishing call has completed.</param>
/// <param name="Qos">The quality of service.</param>
/// <param name="Retain">Whether the broker keeps it as the last one of its topic; an empty retained message removes what is kept.</param>
public readonly record struct MqttPublication(
    string Topic, ReadOnlyMemory<byte> Payload, MqttQos Qos = MqttQos.AtMostOnce, bool Retain = false)
{
    /// <summary>What travels with it; null for nothing. Needs MQTT 5.0: not sent over a 3.1.1 connection.</summary>
    public MqttPublicationProperties? Properties { get; init; }
}

/// <summary>What travels with a message in MQTT 5.0 (section 3.3.2.3).</summary>
public sealed record MqttPublicationProperties
{
    /// <summary>After how long the message is worth nothing to those who have not got it yet; whole seconds, rounded up. Null for never.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Whether the payload is UTF-8 text.</summary>
    public bool PayloadIsText { get; init; }

    /// <summary>What the payload is, usually a MIME type; null for no word.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where an answer is expected, a topic name; null for nowhere.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>By which the sender of a request knows its answer; null for none.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>Names and values of the sender's own, in order; a name may come more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];
}
