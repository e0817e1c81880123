namespace Plantroom.Mqtt;

/// <summary>Quality of service of a message (MQTT 5.0 section 4.3). The numbers are those on the wire.</summary>
public enum MqttQos : byte
{
    /// <summary>At most once: not acknowledged.</summary>
    AtMostOnce = 0,

    /// <summary>At least once: acknowledged with PUBACK.</summary>
    AtLeastOnce = 1,

    /// <summary>Exactly once.</summary>
    ExactlyOnce = 2,
}
