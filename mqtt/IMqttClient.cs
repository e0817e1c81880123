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
    /// Publishes. With QoS 0 it completes when the message was handed to the socket, with QoS 1 and 2 when the broker acknowledged it; over
    /// a lost connection it is then sent again. Without a connection it waits for one.
    /// </summary>
    /// <exception cref="ArgumentException">The topic is not a valid topic name, or a property cannot be sent.</exception>
    /// <exception cref="MqttException">The broker did not take it, or the client was disconnected for good.</exception>
    ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default);

    /// <summary>Subscribes; completes when the broker granted it. The handler's messages are acknowledged when it says so.</summary>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter, or the options contradict each other.</exception>
    /// <exception cref="MqttException">The broker refused the subscription.</exception>
    Task SubscribeAsync(MqttSubscription subscription, MqttHandler handler, CancellationToken cancellationToken = default);

    /// <summary>Ends the subscriptions of a filter; completes when the broker has confirmed it. Does nothing when there is none.</summary>
    Task UnsubscribeAsync(string topicFilter, CancellationToken cancellationToken = default);

    /// <summary>Sends DISCONNECT and closes: the broker will not publish the will.</summary>
    Task DisconnectAsync(CancellationToken cancellationToken = default);
}
