using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Broker;
using Plantroom.Mqtt.Broker.Listening;
using Plantroom.Mqtt.Broker.Moderating;
using Plantroom.Mqtt.Broker.Security;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt;

/// <summary>
/// The embedded broker: MQTT 3.1.1 and 5.0 over TCP and TLS, QoS 0, 1 and 2. Sessions and retained messages are in memory, and in a file
/// when one is configured. What it speaks and what not is written down in docs/formats/mqtt.md.
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
    private readonly Tls? tls;
    private Listener? listener;
    private Listener? secureListener;
    private SystemTopics? system;
    private Task accepting = Task.CompletedTask;

    /// <summary>Makes a broker that does not listen yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong, see <see cref="MqttBrokerOptions.Problems"/>.</exception>
    /// <param name="options">Its options.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="logger">Its log.</param>
    /// <param name="credentials">Who decides who may connect, instead of the password file; null for none. Loopback connections may still
    /// be anonymous, and certificates still be names, as the options say.</param>
    public MqttBroker(MqttBrokerOptions options, TimeProvider time, ILogger<MqttBroker> logger, IMqttCredentials? credentials = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Problems(credentials);
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        state = new BrokerState(options, time, logger, credentials);
        meter = new BrokerMeter(state);
        connections = new Connections(state);
        tls = options.Tls.IsOn ? new Tls(options.Tls, time, state.Log) : null;
        state.Doorkeeper.WhenChanged(() => Revocation.Apply(connections.Open, state));
    }

    /// <inheritdoc/>
    public IPEndPoint EndPoint =>
        listener?.EndPoint ?? throw new InvalidOperationException("The MQTT broker is not started.");

    /// <inheritdoc/>
    public IPEndPoint? SecureEndPoint => secureListener?.EndPoint;

    /// <inheritdoc/>
    public MqttBrokerStatistics Statistics => state.Counters.Snapshot with
    {
        StoreFailures = state.Store?.Failures ?? 0,
        QueuedBytes = state.Queued.Count,
    };

    /// <inheritdoc/>
    public IReadOnlyList<MqttProtocolError> RecentErrors => state.Errors.All;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (listener is not null) throw new InvalidOperationException("The MQTT broker was started before.");
        await RestoreAsync();
        listener = Listener.Open(state.Options.Address, state.Options.Port);
        try
        {
            if (tls is not null) secureListener = Listener.Open(state.Options.Tls.Address, state.Options.Tls.Port);
        }
        catch (SocketException)
        {
            listener.Dispose();
            listener = null;
            throw;
        }

        accepting = Task.WhenAll(Accept(listener), secureListener is null ? Task.CompletedTask : Accept(secureListener));
        if (state.Options.SysInterval > TimeSpan.Zero) system = new SystemTopics(state);
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
        if (state.Store is null)
            await state.Sessions.PublishWillsAsync().WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else
            await state.Store.FlushAsync().WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        listener.Dispose();
        secureListener?.Dispose();
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
        await connections.RunAsync(new StreamWire(stream, peer), either.Token);
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

    /// <summary>The clients at the moment.</summary>
    internal IEnumerable<Connection> OpenConnections => connections.Open;

    /// <summary>Who waits for a tick.</summary>
    internal Moderation Moderation => state.Moderation;

    /// <summary>How often the work of checking a password was done.</summary>
    internal long PasswordChecks => state.Doorkeeper.Passwords?.Checks ?? 0;

    /// <summary>Stops it, if that was not done, and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        state.Sessions.StopAllTimers();
        if (state.Store is not null) await state.Store.DisposeAsync();
        meter.Dispose();
        state.Moderation.Dispose();
        tls?.Dispose();
        state.Doorkeeper.Dispose();
        stopping.Dispose();
    }

    /// <summary>Opens the file and takes up what is in it. Handlers that subscribed before get the retained messages that they are due.</summary>
    private async Task RestoreAsync()
    {
        if (state.Store is not null || string.IsNullOrEmpty(state.Options.Persistence)) return;
        var store = BrokerStore.Open(state.Options.Persistence, state.Options.MaximumPersistedBytes, state.Logger);
        state.Store = store;
        var retained = state.Retained.Attach(store);
        state.Sessions.Restore(store.Contents.Sessions);
        state.Log.Restored(store.Contents.Sessions.Count, retained.Count);
        store.Forget();
        foreach (var message in retained)
        {
            foreach (var subscription in state.Topics.Match(message.Topic).Local) await CallRetained(subscription, message);
        }
    }

    private ValueTask CallRetained(LocalSubscription subscription, StoredMessage message) =>
        subscription.Call(message.HandlerView(state.Time.GetUtcNow()), retained: true, default);

    private void End(LocalSubscription subscription)
    {
        subscription.End();
        state.Topics.Remove(subscription);
    }

    private Task Accept(Listener at)
    {
        var isSecure = at == secureListener;
        if (isSecure)
        {
            state.Log.SecureStarted(at.EndPoint, tls!.Identity.Subject, tls.Identity.Until);
            tls.Look(state.Log);
        }
        else
        {
            state.Log.Started(at.EndPoint);
            if (!at.IsLocal) state.Log.Unprotected(at.EndPoint);
        }

        return at.AcceptAsync(socket => Take(socket, new MqttPeer(socket.RemoteEndPoint, IsLocal(socket)), isSecure), state.Log, stopping.Token);
    }

    /// <summary>By the address that the client has chosen: a listener on all addresses is reached over the loopback one by this computer.</summary>
    private static bool IsLocal(Socket socket) => socket.LocalEndPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address);

    private void Take(Socket socket, MqttPeer peer, bool isSecure)
    {
        if (connections.AreTooMany)
        {
            socket.Dispose();
            return;
        }

        socket.NoDelay = true;
        if (isSecure) _ = connections.RunAsync(() => Handshakes.SecureAsync(tls!, socket, peer, state, stopping.Token), stopping.Token);
        else _ = connections.RunAsync(new SocketWire(socket, new NetworkStream(socket), peer), stopping.Token);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
