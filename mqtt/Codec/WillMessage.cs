namespace Plantroom.Mqtt.Codec;

/// <summary>The message that a broker publishes for a client that was lost.</summary>
/// <param name="Topic">The topic, UTF-8, checked.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Qos">The quality of service.</param>
/// <param name="Retain">Whether it is retained.</param>
/// <param name="DelaySeconds">How long the broker waits for the client to come back.</param>
/// <param name="Properties">The properties of the PUBLISH to come, raw, without the length.</param>
internal sealed record WillMessage(
    byte[] Topic, byte[] Payload, MqttQos Qos, bool Retain, uint DelaySeconds, byte[] Properties);
