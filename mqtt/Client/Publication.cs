namespace Plantroom.Mqtt.Client;

/// <summary>A message to be sent, checked and in the form of the wire.</summary>
/// <param name="Topic">UTF-8; never changed.</param>
/// <param name="Payload">The caller's.</param>
/// <param name="Properties">Raw, without their length; never changed.</param>
/// <param name="Qos">The quality of service.</param>
/// <param name="Retain">Whether it is retained.</param>
internal readonly record struct Publication(byte[] Topic, ReadOnlyMemory<byte> Payload, byte[] Properties, MqttQos Qos, bool Retain);
