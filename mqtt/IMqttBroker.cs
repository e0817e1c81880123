using System.Net;

namespace Plantroom.Mqtt;

/// <summary>An MQTT broker inside this process.</summary>
public interface IMqttBroker : IAsyncDisposable
{
    /// <summary>Where it listens; the real port also when port 0 was asked for.</summary>
    /// <exception cref="InvalidOperationException">It is not started.</exception>
    IPEndPoint EndPoint { get; }

    /// <summary>Where it listens with TLS; null when it does not.</summary>
    IPEndPoint? SecureEndPoint => null;

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
    /// Serves a client over a connection that somebody else has accepted, a WebSocket above all. Completes when the connection has ended,
    /// for whatever reason; the stream is closed then. Ends it itself, as the broker's own stop does, when it is cancelled.
    /// </summary>
    /// <param name="stream">Carries MQTT packets both ways, with no regard to where one read or write ends. One read and one write run at
    /// the same time. What is written is sent at once; disposing it lets the last words arrive.</param>
    /// <param name="peer">Who is at the other end; decides whether it may be anonymous.</param>
    /// <param name="stopping">Ends the connection.</param>
    /// <remarks>
    /// An adapter on a library needs a way in beneath its listeners: MQTTnet has it as an IMqttServerAdapter whose client handler is called
    /// with a channel over the stream.
    /// </remarks>
    /// <exception cref="InvalidOperationException">It is not started, or was stopped.</exception>
    /// <exception cref="NotSupportedException">The implementation only serves its own listeners.</exception>
    Task ServeAsync(Stream stream, MqttPeer peer, CancellationToken stopping = default) =>
        throw new NotSupportedException("This MQTT broker serves its own listeners only.");

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
