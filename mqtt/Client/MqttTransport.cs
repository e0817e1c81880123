namespace Plantroom.Mqtt;

/// <summary>What carries the packets to a broker.</summary>
public enum MqttTransport
{
    /// <summary>A TCP connection.</summary>
    Tcp,

    /// <summary>A WebSocket with the sub-protocol <c>mqtt</c> (MQTT 5.0 section 6).</summary>
    WebSocket,
}
