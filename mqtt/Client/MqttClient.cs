using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Client;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt;

/// <summary>A client for MQTT 5.0 and 3.1.1 over TCP, TLS and WebSocket.</summary>
/// <remarks>
/// All members may be called from any thread. Handlers run on the connection's read loop; a handler that fails costs the connection,
/// which is then made again, so that the broker sends the message again. A message of QoS 2 comes to its handlers once as long as the
/// session lives, over however many connections it is sent: it is a handler's own again only when one has failed.
/// </remarks>
public sealed partial class MqttClient : IMqttClient, IEndingClient
{
    private readonly MqttClientOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<MqttClient> logger;
    private readonly TopicNames topics = new();
    private readonly Outbox? outbox;
    private readonly ClientState state;
    private readonly ClientMeter meter;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private TaskCompletionSource<ClientLink> connected = NewSignal();
    private Task running = Task.CompletedTask;
    private Task? disconnecting;
    private bool isRunning;
    private string clientId;
    private bool wasConnected;
    private volatile bool leaving;

    /// <summary>Makes a client that is not connected yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong, see <see cref="MqttClientOptions.Problems"/>.</exception>
    public MqttClient(MqttClientOptions options, TimeProvider time, ILogger<MqttClient> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Problems();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        (this.options, this.time, this.logger, clientId) = (options, time, logger, options.ClientId);
        outbox = options.OfflineQueue ? new Outbox(options, time, logger) : null;
        state = new ClientState(options, time, outbox);
        meter = new ClientMeter(this, state, outbox);
    }

    /// <inheritdoc/>
    public bool IsConnected => Link is { IsClosing: false };

    /// <summary>Whether a handler holds back the reading at the moment.</summary>
    internal bool IsHeldBack => Link is { IsHeldBack: true };

    /// <summary>Messages that were received.</summary>
    internal long Received => state.Counters.Received;

    /// <summary>Messages that were sent and are not acknowledged.</summary>
    internal int InFlight => state.Outgoing.InFlight;

    CancellationToken IEndingClient.Ended => stopping.Token;

    private ClientLink? Link
    {
        get
        {
            lock (gate) return connected.Task.IsCompletedSuccessfully ? connected.Task.Result : null;
        }
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
        outbox?.Open();
        Task<ClientLink> first;
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
    /// <remarks>With <see cref="MqttClientOptions.OfflineQueue"/> it completes earlier, see there.</remarks>
    public ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default)
    {
        var (topic, payload, qos, retain) = publication;
        ArgumentNullException.ThrowIfNull(topic);
        ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
        if (qos > MqttQos.ExactlyOnce) throw new ArgumentOutOfRangeException(nameof(publication), qos, "There is no such quality of service.");
        if (!topics.TryEncode(topic, out var name)) throw new ArgumentException($"'{topic}' is not a valid topic name.", nameof(publication));
        var properties = PublicationProperties.Write(publication.Properties);
        if (options.ProtocolVersion == MqttProtocolVersion.V311) properties = [];
        var message = new Publication(name, payload, properties, qos, retain);
        if (qos == MqttQos.AtMostOnce) return PublishOnce(message, cancellationToken);
        return outbox is null
            ? state.Outgoing.PublishAsync(message, cancellationToken)
            : outbox.EnqueueAsync(message, state.Outgoing.Resume, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Overlapping filters: a broker that sends a message once for each of them makes every handler see it as often.</remarks>
    public async Task SubscribeAsync(MqttSubscription subscription, MqttHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
        if (ClientSubscription.Problem(subscription) is { } problem) throw new ArgumentException(problem, nameof(subscription));
        ClientSubscription added;
        lock (gate)
        {
            var link = connected.Task.IsCompletedSuccessfully ? connected.Task.Result : null;
            added = state.Subscriptions.Add(subscription, handler, link);
            link?.Outbound.RequestPump();
        }

        await added.Granted.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The handlers get messages until then. Without a connection it waits for one.</remarks>
    public async Task UnsubscribeAsync(string topicFilter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topicFilter);
        ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
        Task confirmed;
        lock (gate)
        {
            var link = connected.Task.IsCompletedSuccessfully ? connected.Task.Result : null;
            confirmed = state.Subscriptions.Remove(topicFilter, link);
            link?.Outbound.RequestPump();
        }

        await confirmed.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>It cannot be connected again. Messages that are not acknowledged fail.</remarks>
    public Task DisconnectAsync(CancellationToken cancellationToken = default)
    {
        lock (gate) return disconnecting ??= EndAsync(cancellationToken);
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        leaving = true;
        await Task.Yield();
        if (Link is { } link)
        {
            // Nothing may be sent behind DISCONNECT.
            Detach(link);
            await link.SayGoodbyeAsync(Reason.Success, cancellationToken);
        }

        await stopping.CancelAsync();
        await running;
        FailConnecting();
        state.Outgoing.Fail();
        state.Subscriptions.Fail();
        if (outbox is not null) await outbox.DisposeAsync();
        meter.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
    }

    private static TaskCompletionSource<ClientLink> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A refusal that trying again does not change.</summary>
    internal static bool IsForGood(byte reason) => reason is Reason.MalformedPacket or Reason.ProtocolError
        or Reason.UnsupportedProtocolVersion or Reason.ClientIdentifierNotValid or Reason.BadUserNameOrPassword or Reason.NotAuthorized
        or Reason.Banned or Reason.BadAuthenticationMethod or Reason.TopicNameInvalid or Reason.PacketTooLarge
        or Reason.RetainNotSupported or Reason.QosNotSupported or Reason.ServerMoved;

    private ValueTask PublishOnce(in Publication message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        if (Link is not { IsClosing: false } link || !TryAppend(link, message)) return new ValueTask(PublishOnceAsync(message, cancellationToken));
        var sent = link.Outbound.WaitUntilSentAsync();
        link.Outbound.RequestPump();
        return new ValueTask(cancellationToken.CanBeCanceled ? sent.WaitAsync(cancellationToken) : sent);
    }

    private async Task PublishOnceAsync(Publication message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var link = await ConnectedAsync(cancellationToken);
            if (link.IsClosing)
            {
                await Task.Yield();
                continue;
            }

            var appended = TryAppend(link, message);
            if (appended) link.Outbound.RequestPump();
            await link.Outbound.WaitUntilSentAsync().WaitAsync(cancellationToken);
            if (appended) return;
        }
    }

    private bool TryAppend(ClientLink link, in Publication message)
    {
        var packet = new PublishPacket { Topic = message.Topic, Payload = message.Payload.Span, Properties = message.Properties };
        if (link.Objection(packet, MqttQos.AtMostOnce, message.Retain) is { } objection) throw objection;
        if (!link.TryPublish(packet, MqttQos.AtMostOnce, message.Retain, duplicate: false, 0)) return false;
        state.Counters.AddSentOnce();
        return true;
    }

    private Task<ClientLink> ConnectedAsync(CancellationToken cancellationToken)
    {
        lock (gate) return connected.Task.WaitAsync(cancellationToken);
    }
}
