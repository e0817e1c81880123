namespace Plantroom.Mqtt;

/// <summary>A connection to an MQTT broker. It connects again by itself, with back-off, and then subscribes again.</summary>
public interface IMqttClient : IAsyncDisposable
{
    /// <summary>Whether it is connected at the moment.</summary>
    bool IsConnected { get; }

    /// <summary>Connects; completes at the first CONNACK that accepts. From then on, lost connections are made again until disposal.</summary>
    /// <exception cref="MqttException">The broker refused for good, for example for a wrong password.</exception>
    Task ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes. With QoS 0 it completes when the message was handed to the socket, with QoS 1 when the broker acknowledged it; over
    /// a lost connection a QoS 1 message is sent again.
    /// </summary>
    ValueTask PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain = false, CancellationToken cancellationToken = default);

    /// <summary>Subscribes; completes when the broker granted it. The handler's messages are acknowledged when it says so.</summary>
    /// <exception cref="MqttException">The broker refused the subscription.</exception>
    Task SubscribeAsync(string topicFilter, MqttQos qos, MqttHandler handler, CancellationToken cancellationToken = default);

    /// <summary>Sends DISCONNECT and closes: the broker will not publish the will.</summary>
    Task DisconnectAsync(CancellationToken cancellationToken = default);
}
