using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>Checks what the ports promise to refuse, before MQTTnet sees it.</summary>
internal static class MqttNetPublications
{
    /// <summary>The largest subscription identifier (MQTT 5.0 section 3.8.2.1.2).</summary>
    private const int LargestIdentifier = 268_435_455;

    /// <exception cref="ArgumentException">The topic is not a valid topic name, or a property cannot be sent.</exception>
    public static void Check(MqttPublication publication)
    {
        if (publication.Qos > MqttQos.ExactlyOnce) throw new ArgumentOutOfRangeException(nameof(publication), publication.Qos, "There is no such QoS.");
        if (!TopicRules.TryEncodeName(publication.Topic, out _))
            throw new ArgumentException($"'{publication.Topic}' is not a valid topic name.", nameof(publication));
        PublicationProperties.Write(publication.Properties);
    }

    /// <returns>The topics that are wanted: the filter without <c>$share</c> and the name of the group.</returns>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter, or the options contradict each other.</exception>
    public static string Topics(MqttSubscription subscription)
    {
        var filter = subscription.Filter;
        var topics = filter;
        if (filter.StartsWith("$share/", StringComparison.Ordinal))
        {
            var parts = filter.Split('/', 3);
            var isValid = parts.Length == 3 && parts[1].Length > 0 && parts[1].IndexOfAny(['+', '#']) < 0;
            topics = isValid ? parts[2] : "";
            if (subscription.NoLocal) throw new ArgumentException("No local is not allowed with a shared subscription.", nameof(subscription));
        }

        if (!TopicRules.IsFilter(topics)) throw new ArgumentException($"'{filter}' is not a valid topic filter.", nameof(subscription));
        if (subscription.Identifier is <= 0 or > LargestIdentifier)
            throw new ArgumentOutOfRangeException(nameof(subscription), subscription.Identifier, "The identifier is not in 1 to 268,435,455.");
        return topics;
    }
}
