namespace Plantroom.Mqtt;

/// <summary>What becomes of a QoS 0 message when a subscriber that is connected has no room for it.</summary>
public enum MqttSlowSubscriberPolicy
{
    /// <summary>Its publisher waits, at most <see cref="MqttBrokerOptions.SlowSubscriberTimeout"/>: then the subscriber is disconnected.</summary>
    Wait,

    /// <summary>It is dropped for this subscriber, and counted.</summary>
    Drop,
}
