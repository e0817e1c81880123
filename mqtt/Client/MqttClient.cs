using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Client;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt;

/// <summary>A client for MQTT 5.0 and 3.1.1 over TCP, QoS 0 and 1.</summary>
/// <remarks>
/// All members may be called from any thread. Handlers run on the connection's read loop; a handler that fails costs the connection,
/// which is then made again, so that the broker sends the message again.
/// </remarks>
public sealed partial class MqttClient : IMqttClient
{
    private readonly MqttClientOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<MqttClient> logger;
    private readonly OutgoingMessages outgoing;
    private readonly ClientSubscriptions subscriptions = new();
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
        outgoing = new OutgoingMessages(options);
    }

    /// <inheritdoc/>
    public bool IsConnected => Link is { IsClosing: false };

    /// <summary>Whether a handler holds back the reading at the moment.</summary>
    internal bool IsHeldBack => Link is { IsHeldBack: true };

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
    public ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default)
    {
        var (topic, payload, qos, retain) = publication;
        ArgumentNullException.ThrowIfNull(topic);
        ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
        if (qos > MqttQos.AtLeastOnce) throw new ArgumentOutOfRangeException(nameof(publication), qos, "Only QoS 0 and 1 are supported.");
        if (!TopicRules.TryEncodeName(topic, out var name)) throw new ArgumentException($"'{topic}' is not a valid topic name.", nameof(publication));
        return qos == MqttQos.AtMostOnce
            ? new ValueTask(PublishOnceAsync(name, payload, retain, cancellationToken))
            : outgoing.PublishAsync(name, payload, retain, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task SubscribeAsync(MqttSubscription subscription, MqttHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var (topicFilter, qos) = subscription;
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
        if (!TopicRules.IsFilter(topicFilter))
            throw new ArgumentException($"'{topicFilter}' is not a valid topic filter.", nameof(subscription));
        ClientSubscription added;
        lock (gate)
        {
            var link = connected.Task.IsCompletedSuccessfully ? connected.Task.Result : null;
            added = subscriptions.Add(topicFilter, qos > MqttQos.AtLeastOnce ? MqttQos.AtLeastOnce : qos, handler, link);
            link?.Outbound.RequestPump();
        }

        await added.Granted.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task UnsubscribeAsync(string topicFilter, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

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
            link.Outbound.Write(new DisconnectPacket(Reason.Success).Write(options.ProtocolVersion));
            link.Outbound.Pump();
            await link.Outbound.WaitUntilSentAsync().WaitAsync(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stopping.CancelAsync();
        await running;
        outgoing.Fail();
        subscriptions.Fail();
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

    private async Task PublishOnceAsync(byte[] topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken)
    {
        while (true)
        {
            var link = await ConnectedAsync(cancellationToken);
            if (link.IsClosing)
            {
                await Task.Yield();
                continue;
            }

            if (TryAppend(link, topic, payload.Span, retain)) link.Outbound.RequestPump();
            else
            {
                await link.Outbound.WaitUntilSentAsync().WaitAsync(cancellationToken);
                continue;
            }

            await link.Outbound.WaitUntilSentAsync().WaitAsync(cancellationToken);
            return;
        }
    }

    private bool TryAppend(ClientLink link, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, bool retain)
    {
        var packet = new PublishPacket { Topic = topic, Payload = payload };
        if (!link.Accepts(packet.Size(MqttQos.AtMostOnce, options.ProtocolVersion)))
            throw new MqttException("The message is larger than the broker accepts.", Reason.PacketTooLarge);
        return link.Outbound.TryPublish(packet, MqttQos.AtMostOnce, retain, duplicate: false, 0, options.ProtocolVersion);
    }

    private Task<ClientLink> ConnectedAsync(CancellationToken cancellationToken)
    {
        lock (gate) return connected.Task.WaitAsync(cancellationToken);
    }
}
