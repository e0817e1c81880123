using System.Net;

namespace Plantroom.Mqtt;

/// <summary>An MQTT broker inside this process.</summary>
public interface IMqttBroker : IAsyncDisposable
{
    /// <summary>Where it listens; the real port also when port 0 was asked for.</summary>
    /// <exception cref="InvalidOperationException">It is not started.</exception>
    IPEndPoint EndPoint { get; }

    /// <summary>What it has done so far.</summary>
    MqttBrokerStatistics Statistics { get; }

    /// <summary>The newest clients that broke the protocol, newest first, at most 100.</summary>
    IReadOnlyList<MqttProtocolError> RecentErrors { get; }

    /// <summary>Opens the listener.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken or may not be opened.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Closes the listener and then the connections; wills of the clients are published.</summary>
    Task StopAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Subscribes within the process, without a network in between. A publisher's PUBACK waits until the handler has completed the
    /// message's acknowledgement. Retained messages that match are delivered before the call returns.
    /// </summary>
    /// <returns>Disposing it ends the subscription.</returns>
    /// <exception cref="ArgumentException">The filter is not a valid topic filter.</exception>
    ValueTask<IDisposable> SubscribeAsync(string topicFilter, MqttHandler handler, CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes from within the process. With QoS 1 or 2 it completes when the message is safe: every in-process subscriber has completed
    /// its acknowledgement, and every network subscriber has a place for it in its queue.
    /// </summary>
    /// <exception cref="ArgumentException">The topic is not a valid topic name, or a property cannot be sent.</exception>
    /// <exception cref="MqttException">A handler failed.</exception>
    ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default);
}
