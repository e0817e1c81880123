using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Broker;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt;

/// <summary>
/// The embedded broker: MQTT 3.1.1 and 5.0 over TCP, QoS 0, 1 and 2. Sessions and retained messages are in memory, and in a file when one is
/// configured. What it speaks and what not is written down in docs/formats/mqtt.md.
/// </summary>
/// <remarks>All members may be called from any thread.</remarks>
public sealed class MqttBroker : IMqttBroker
{
    private const int Backlog = 512;

    /// <summary>A handler that hangs does not keep the process from stopping. Real time, as it bounds the stop.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1.8);

    private readonly BrokerState state;
    private readonly BrokerMeter meter;
    private readonly ConcurrentDictionary<Connection, Task> connections = new();
    private readonly CancellationTokenSource stopping = new();
    private Socket? listener;
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
    }

    /// <inheritdoc/>
    public IPEndPoint EndPoint =>
        (IPEndPoint?)listener?.LocalEndPoint ?? throw new InvalidOperationException("The MQTT broker is not started.");

    /// <inheritdoc/>
    public MqttBrokerStatistics Statistics => state.Counters.Snapshot;

    /// <inheritdoc/>
    public IReadOnlyList<MqttProtocolError> RecentErrors => state.Errors.All;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (listener is not null) throw new InvalidOperationException("The MQTT broker was started before.");
        await RestoreAsync();
        var address = IPAddress.Parse(state.Options.Address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, state.Options.Port));
            socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        listener = socket;
        accepting = AcceptAsync(socket);
        if (state.Options.SysInterval > TimeSpan.Zero) system = new SystemTopics(state);
        state.Log.Started(socket.LocalEndPoint!);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (listener is null || stopping.IsCancellationRequested) return;
        system?.Dispose();
        await stopping.CancelAsync();
        await accepting;
        foreach (var connection in connections.Keys) connection.Close(Reason.ServerShuttingDown, "the broker is stopping");
        using var patience = new CancellationTokenSource(StopPatience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        await Task.WhenAll(connections.Values).WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (state.Store is null)
            await state.Sessions.PublishWillsAsync().WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else
            await state.Store.FlushAsync().WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        listener.Dispose();
        state.Log.Stopped();
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
        if (state.Store is not null) await state.Store.DisposeAsync();
        meter.Dispose();
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

    private async Task AcceptAsync(Socket socket)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Take(await socket.AcceptAsync(stopping.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
            {
                // One that is gone again already, or, above all, "too many open files": it passes when others close theirs.
                state.Log.AcceptFailed(exception);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Take(Socket socket)
    {
        // Beyond this, not even a refusal is afforded.
        if (state.Counters.Snapshot.Connections >= state.Options.MaximumConnections + Backlog)
        {
            socket.Dispose();
            return;
        }

        socket.NoDelay = true;
        var connection = new Connection(socket, new NetworkStream(socket, ownsSocket: false), state);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        state.Counters.Connected();
        connections[connection] = ended.Task;
        _ = Task.Run(() => RunAsync(connection, ended));
    }

    private async Task RunAsync(Connection connection, TaskCompletionSource ended)
    {
        try
        {
            await connection.RunAsync();
        }
        catch (Exception exception)
        {
            // A defect at its end: nobody else would see it.
            state.Log.Failed("(ending)", exception);
        }
        finally
        {
            state.Counters.Disconnected();
            connections.TryRemove(connection, out _);
            connection.Dispose();
            ended.SetResult();
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
