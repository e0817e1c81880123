namespace Plantroom.Mqtt;

/// <summary>A copy of a message that was received, for consumers that take their time.</summary>
public sealed class MqttReceived
{
    private readonly byte[] properties;
    private readonly MqttAcknowledgement acknowledgement;

    internal MqttReceived(in MqttMessage message)
    {
        Topic = System.Text.Encoding.UTF8.GetString(message.Topic);
        Payload = message.Payload.ToArray();
        (Qos, Retain, Duplicate) = (message.Qos, message.Retain, message.Duplicate);
        properties = message.Properties.Raw.ToArray();
        acknowledgement = message.Acknowledgement;
    }

    /// <summary>The topic, without wildcards.</summary>
    public string Topic { get; }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The quality of service of the delivery.</summary>
    public MqttQos Qos { get; }

    /// <summary>Whether it is a retained message that was already there when the subscription was made.</summary>
    public bool Retain { get; }

    /// <summary>Whether the sender says that it may have sent it before.</summary>
    public bool Duplicate { get; }

    /// <summary>What travels with it; empty over a 3.1.1 connection.</summary>
    public MqttProperties Properties => new(properties);

    internal void Acknowledge() => acknowledgement.Complete();
}
