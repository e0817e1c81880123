namespace Plantroom.Mqtt;

/// <summary>A version of the protocol. The numbers are the protocol level of CONNECT.</summary>
public enum MqttProtocolVersion : byte
{
    /// <summary>MQTT 3.1.1 (OASIS 2014, ISO/IEC 20922).</summary>
    V311 = 4,

    /// <summary>MQTT 5.0 (OASIS 2019).</summary>
    V50 = 5,
}
