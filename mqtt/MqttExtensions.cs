namespace Plantroom.Mqtt;

/// <summary>Short forms of what is said most often.</summary>
public static class MqttExtensions
{
    /// <summary>Publishes a message that nothing travels with, see <see cref="IMqttClient.PublishAsync"/>.</summary>
    public static ValueTask PublishAsync(
        this IMqttClient client, string topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.PublishAsync(new MqttPublication(topic, payload, qos, retain), cancellationToken);
    }

    /// <summary>Subscribes without options, see <see cref="IMqttClient.SubscribeAsync"/>.</summary>
    public static Task SubscribeAsync(
        this IMqttClient client, string topicFilter, MqttQos qos, MqttHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SubscribeAsync(new MqttSubscription(topicFilter, qos), handler, cancellationToken);
    }

    /// <summary>Publishes a message that nothing travels with, see <see cref="IMqttBroker.PublishAsync"/>.</summary>
    public static ValueTask PublishAsync(
        this IMqttBroker broker, string topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(broker);
        return broker.PublishAsync(new MqttPublication(topic, payload, qos, retain), cancellationToken);
    }
}
