using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Broker;
using Plantroom.Mqtt.Broker.Listening;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt;

/// <summary>
/// The embedded broker: MQTT 3.1.1 and 5.0 over TCP, QoS 0, 1 and 2, everything in memory. What it speaks and what not is written down in
/// docs/formats/mqtt.md.
/// </summary>
/// <remarks>All members may be called from any thread.</remarks>
public sealed class MqttBroker : IMqttBroker
{
    /// <summary>A handler that hangs does not keep the process from stopping. Real time, as it bounds the stop.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1.8);

    private readonly BrokerState state;
    private readonly BrokerMeter meter;
    private readonly Connections connections;
    private readonly CancellationTokenSource stopping = new();
    private Listener? listener;
    private SystemTopics? system;
    private Task accepting = Task.CompletedTask;

    /// <summary>Makes a broker that does not listen yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong, see <see cref="MqttBrokerOptions.Problems"/>.</exception>
    public MqttBroker(MqttBrokerOptions options, TimeProvider time, ILogger<MqttBroker> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Problems();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        state = new BrokerState(options, time, logger);
        meter = new BrokerMeter(state);
        connections = new Connections(state);
    }

    /// <inheritdoc/>
    public IPEndPoint EndPoint =>
        listener?.EndPoint ?? throw new InvalidOperationException("The MQTT broker is not started.");

    /// <inheritdoc/>
    public MqttBrokerStatistics Statistics => state.Counters.Snapshot;

    /// <inheritdoc/>
    public IReadOnlyList<MqttProtocolError> RecentErrors => state.Errors.All;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (listener is not null) throw new InvalidOperationException("The MQTT broker was started before.");
        listener = Listener.Open(state.Options.Address, state.Options.Port);
        accepting = listener.AcceptAsync(Take, state.Log, stopping.Token);
        if (state.Options.SysInterval > TimeSpan.Zero) system = new SystemTopics(state);
        state.Log.Started(listener.EndPoint);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (listener is null || stopping.IsCancellationRequested) return;
        system?.Dispose();
        await stopping.CancelAsync();
        await accepting;
        using var patience = new CancellationTokenSource(StopPatience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await connections.WhenAllEnded().WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await state.Sessions.PublishWillsAsync().WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        listener.Dispose();
        state.Log.Stopped();
    }

    /// <inheritdoc/>
    public async Task ServeAsync(Stream stream, MqttPeer peer, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(peer);
        if (listener is null || this.stopping.IsCancellationRequested) throw new InvalidOperationException("The MQTT broker does not run.");
        await using var closed = stream;
        if (connections.AreTooMany) return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(this.stopping.Token, stopping);
        await connections.RunAsync(() => new(new StreamWire(stream, peer)), either.Token);
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> SubscribeAsync(
        string topicFilter, MqttHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topicFilter);
        ArgumentNullException.ThrowIfNull(handler);
        if (!TopicRules.IsFilter(topicFilter))
            throw new ArgumentException($"'{topicFilter}' is not a valid topic filter.", nameof(topicFilter));
        var subscription = new LocalSubscription(topicFilter, handler);
        state.Topics.Add(subscription);
        try
        {
            foreach (var message in state.Retained.Matching(topicFilter))
            {
                if (state.Retained.IfCurrent(message, static () => false)) continue;
                await CallRetained(subscription, message);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch
        {
            End(subscription);
            throw;
        }

        return new Subscription(() => End(subscription));
    }

    /// <inheritdoc/>
    public async ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default)
    {
        var (topic, payload, qos, retain) = publication;
        ArgumentNullException.ThrowIfNull(topic);
        if (!Enum.IsDefined(qos)) throw new ArgumentOutOfRangeException(nameof(publication), qos, "There is no such quality of service.");
        if (!TopicRules.TryEncodeName(topic, out var name))
            throw new ArgumentException($"'{topic}' is not a valid topic name.", nameof(publication));
        try
        {
            var message = new OwnMessage(name, payload, PublicationProperties.Write(publication.Properties), qos, retain);
            await LocalPublisher.PublishAsync(state, message, waitForHandlers: true, cancellationToken);
        }
        catch (HandlerException exception)
        {
            state.Log.HandlerFailed("(this process)", exception.InnerException!);
            throw new MqttException("A handler of the message failed.", Reason.ImplementationSpecific);
        }
    }

    /// <summary>Stops it, if that was not done, and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        state.Sessions.StopAllTimers();
        meter.Dispose();
        stopping.Dispose();
    }

    private ValueTask CallRetained(LocalSubscription subscription, StoredMessage message) =>
        subscription.Call(message.HandlerView(state.Time.GetUtcNow()), retained: true, default);

    private void End(LocalSubscription subscription)
    {
        subscription.End();
        state.Topics.Remove(subscription);
    }

    private void Take(Socket socket)
    {
        if (connections.AreTooMany)
        {
            socket.Dispose();
            return;
        }

        socket.NoDelay = true;
        var peer = new MqttPeer(socket.RemoteEndPoint, listener!.IsLocal);
        var wire = new SocketWire(socket, new NetworkStream(socket, ownsSocket: false), peer);
        _ = connections.RunAsync(() => new(wire), stopping.Token);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
