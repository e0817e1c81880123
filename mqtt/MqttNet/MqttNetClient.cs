using Microsoft.Extensions.Logging;
using MQTTnet;
using Plantroom.Mqtt.Client;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>
/// The client of MQTTnet behind <see cref="IMqttClient"/>: MQTTnet has one connection at a time and forgets everything with it; what
/// outlives a connection (subscriptions, messages that are not acknowledged, connecting again) is done here.
/// </summary>
/// <remarks>
/// All members may be called from any thread. What MQTTnet does not offer, and this therefore does not promise:
/// <list type="bullet">
/// <item>QoS 2 is exactly once within a connection only. A message that is sent again over a later one has a new packet identifier, and one
/// that is received again there is handed over again. QoS 2 messages are published one after the other, which keeps their order.</item>
/// <item>A handler that returns late does not keep MQTTnet from reading: messages wait for it in memory, QoS 1 and 2 at most as many as
/// <see cref="MqttClientOptions.ReceiveMaximum"/> allows (5.0).</item>
/// <item><see cref="MqttClientOptions.MaximumPacketSize"/> is announced, not enforced.</item>
/// <item>Topic aliases are neither sent nor allowed to the broker. <see cref="MqttTransport.WebSocket"/> and
/// <see cref="MqttClientOptions.OfflineQueue"/> are refused.</item>
/// </list>
/// </remarks>
public sealed partial class MqttNetClient : IMqttClient, IEndingClient
{
    private readonly MqttClientOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<MqttNetClient> logger;
    private readonly MqttNetHandlers handlers = new();
    private readonly MqttNetOutbox outbox;
    private readonly List<MqttNetSubscription> subscriptions = [];
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private TaskCompletionSource<MqttNetLink> connected = NewSignal();
    private Task running = Task.CompletedTask;
    private Task? disconnecting;
    private bool isRunning;
    private bool wasConnected;
    private string clientId;

    /// <summary>Makes a client that is not connected yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong, see <see cref="MqttClientOptions.Problems"/>, or ask for what this client
    /// does not offer.</exception>
    public MqttNetClient(MqttClientOptions options, TimeProvider time, ILogger<MqttNetClient> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] problems = [.. options.Problems(), .. NotOffered(options)];
        if (problems.Length > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        (this.options, this.time, this.logger, clientId) = (options, time, logger, options.ClientId);
        outbox = new MqttNetOutbox(options.MaximumInFlight);
    }

    /// <inheritdoc/>
    public bool IsConnected => Link is { IsConnected: true };

    CancellationToken IEndingClient.Ended => stopping.Token;

    private MqttNetLink? Link
    {
        get
        {
            lock (gate) return connected.Task.IsCompletedSuccessfully ? connected.Task.Result : null;
        }
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        Task<MqttNetLink> first;
        lock (gate)
        {
            if (connected.Task.IsFaulted) connected = NewSignal();
            first = connected.Task;
            if (!isRunning) running = Task.Run(RunAsync, CancellationToken.None);
            isRunning = true;
        }

        await first.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publication.Topic, nameof(publication));
        ThrowIfDisposed();
        MqttNetPublications.Check(publication);
        if (publication.Qos == MqttQos.AtMostOnce) return new ValueTask(PublishOnceAsync(MqttNetMessage.ToSend(publication), cancellationToken));

        // It may have to be sent again when the caller, who gave up waiting, uses the payload for something else.
        return outbox.PublishAsync(MqttNetMessage.ToSend(publication with { Payload = publication.Payload.ToArray() }), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task SubscribeAsync(MqttSubscription subscription, MqttHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfDisposed();
        var topics = MqttNetPublications.Topics(subscription);
        MqttNetSubscription added;
        MqttNetLink? link;
        lock (gate)
        {
            added = new MqttNetSubscription(subscription, handlers.Add(topics, handler));
            subscriptions.Add(added);
            link = connected.Task.IsCompletedSuccessfully ? connected.Task.Result : null;
        }

        if (link is not null) _ = AskAsync(link, added);
        await added.Granted.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task UnsubscribeAsync(string topicFilter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topicFilter);
        ThrowIfDisposed();
        lock (gate)
        {
            var ending = subscriptions.FindAll(s => s.Filter == topicFilter);
            if (ending.Count == 0) return;
            foreach (var subscription in ending) End(subscription);
        }

        while (true)
        {
            var link = await ConnectedAsync(cancellationToken);
            try
            {
                await link.UnsubscribeAsync(topicFilter).WaitAsync(cancellationToken);
                return;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                await link.Ended.WaitAsync(cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>It cannot be connected again. Messages that are not acknowledged fail.</remarks>
    public Task DisconnectAsync(CancellationToken cancellationToken = default)
    {
        lock (gate) return disconnecting ??= EndAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
    }

    private static TaskCompletionSource<MqttNetLink> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(disconnecting is not null, this);

    private Task<MqttNetLink> ConnectedAsync(CancellationToken cancellationToken)
    {
        lock (gate) return connected.Task.WaitAsync(cancellationToken);
    }

    private async Task PublishOnceAsync(MqttApplicationMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var link = await ConnectedAsync(cancellationToken);
            try
            {
                await link.PublishAsync(message).WaitAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (exception is not MqttException && !cancellationToken.IsCancellationRequested)
            {
                await link.Ended.WaitAsync(cancellationToken);
            }
        }
    }

    private async Task AskAsync(MqttNetLink link, MqttNetSubscription subscription)
    {
        try
        {
            await link.SubscribeAsync(subscription);
            subscription.Grant();
        }
        catch (MqttException exception)
        {
            if (subscription.Granted.IsCompleted) LogRefused(logger, subscription.Filter);
            lock (gate) End(subscription);
            subscription.Fail(exception);
        }
        catch (Exception exception) when (!link.IsConnected)
        {
            // It is asked for again over the next connection.
            LogLost(logger, options.Host, options.Port, exception.Message);
        }
    }

    private void End(MqttNetSubscription subscription)
    {
        subscriptions.Remove(subscription);
        handlers.Remove(subscription.Handler);
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (Link is { } link)
        {
            await link.DisconnectAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stopping.CancelAsync();
        await running;
        outbox.Fail();
        lock (gate)
        {
            foreach (var subscription in subscriptions)
                subscription.Fail(new MqttException("The client was disconnected before the broker answered."));
        }
    }
}
