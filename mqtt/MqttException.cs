namespace Plantroom.Mqtt;

/// <summary>The other side refused something, or broke the protocol.</summary>
/// <param name="message">What happened; no credentials.</param>
/// <param name="reasonCode">The MQTT 5.0 reason code; for a 3.1.1 peer the one that means the same.</param>
public sealed class MqttException(string message, byte reasonCode = 0x80) : Exception(message)
{
    /// <summary>The MQTT 5.0 reason code (section 2.4).</summary>
    public byte ReasonCode => reasonCode;
}
