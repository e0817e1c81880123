using Plantroom.Mqtt.Client;

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

    /// <summary>
    /// Subscribes, and hands over copies of the messages one after the other. A message is acknowledged when the next one is asked for.
    /// When the buffer is full, the client does not read on until there is room.
    /// </summary>
    /// <remarks>
    /// Leaving the loop, with an exception too, ends the subscription; the message it was at and what is in the buffer then are
    /// acknowledged. Cancelling leaves both as they are, for a
    /// session that is kept: the broker sends what was not acknowledged when the client connects the next time. The client must be disposed
    /// then, for it does not read on for ever.
    /// </remarks>
    /// <param name="client">Who subscribes.</param>
    /// <param name="topicFilter">A topic filter.</param>
    /// <param name="qos">The highest quality of service that is wanted.</param>
    /// <param name="capacity">Messages in the buffer, at least 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MqttException">The broker refused the subscription, or the client was disconnected.</exception>
    public static IAsyncEnumerable<MqttReceived> ReadAllAsync(
        this IMqttClient client, string topicFilter, MqttQos qos = MqttQos.AtLeastOnce, int capacity = 100,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return new MessageStream(capacity).ReadAsync(client, new MqttSubscription(topicFilter, qos), cancellationToken);
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
