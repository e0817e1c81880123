namespace Plantroom.Mqtt;

/// <summary>The message that the broker publishes when the client is lost without a DISCONNECT.</summary>
/// <param name="Topic">The topic name.</param>
/// <param name="Payload">The payload, at most 65,535 bytes.</param>
/// <param name="Qos">The quality of service.</param>
/// <param name="Retain">Whether it is retained.</param>
/// <param name="Delay">How long the broker waits for the client to come back; 5.0 only, whole seconds.</param>
public sealed record MqttWill(
    string Topic, ReadOnlyMemory<byte> Payload, MqttQos Qos = MqttQos.AtLeastOnce, bool Retain = false, TimeSpan Delay = default)
{
    /// <summary>What travels with it; null for nothing. 5.0 only.</summary>
    public MqttPublicationProperties? Properties { get; init; }
}
