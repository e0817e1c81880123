using System.Net;
using Microsoft.Extensions.Logging;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>The server of MQTTnet behind <see cref="IMqttBroker"/>: plain TCP, or streams that others have accepted.</summary>
/// <remarks>
/// All members may be called from any thread. What MQTTnet does not offer, and this therefore does not promise:
/// <list type="bullet">
/// <item>Shared subscriptions (refused with 0x9E), the delay of a will, expiry of messages and sessions, and the client's Receive
/// Maximum; a QoS 2 message that is sent again over a later connection is routed again.</item>
/// <item>Of the limits, <see cref="MqttBrokerOptions.MaximumConnections"/>, <see cref="MqttBrokerOptions.MaximumSubscriptionsPerClient"/>,
/// <see cref="MqttBrokerOptions.ReceiveMaximum"/>, <see cref="MqttBrokerOptions.OutboundQueueLength"/> and
/// <see cref="MqttBrokerOptions.ConnectTimeout"/>. A packet that is too large is read before it is refused. A full queue drops the newest
/// message at once: publishers do not wait for slow subscribers.</item>
/// <item>TLS, passwords and permissions: it refuses options that ask for them, and to listen on an address that others can reach.</item>
/// <item>Persistence: everything is in memory, which is logged when <see cref="MqttBrokerOptions.Persistence"/> asks for more.</item>
/// </list>
/// </remarks>
public sealed partial class MqttNetBroker : IMqttBroker
{
    private const string OwnName = "(this process)";

    private readonly MqttBrokerOptions options;
    private readonly MqttNetTraffic traffic;
    private readonly MqttNetListener listener;
    private readonly MqttServer server;
    private readonly CancellationTokenSource stopping = new();
    private readonly ILogger<MqttNetBroker> logger;
    private bool isStarted;

    /// <summary>Makes a broker that does not listen yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong, see <see cref="MqttBrokerOptions.Problems"/>, or ask for what this broker
    /// does not offer.</exception>
    public MqttNetBroker(MqttBrokerOptions options, TimeProvider time, ILogger<MqttNetBroker> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        string[] problems = [.. options.Problems(), .. NotOffered(options)];
        if (problems.Length > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        (this.options, this.logger) = (options, logger);
        traffic = new MqttNetTraffic(options, time, logger);
        listener = new MqttNetListener(options, inner => new MqttNetConnection(inner, traffic));
        server = new MqttServerFactory().CreateMqttServer(ServerOptions(options), [listener], MqttNetNullLogger.Instance);
        server.ValidatingConnectionAsync += Validate;
        server.InterceptingSubscriptionAsync += Limit;
        server.InterceptingPublishAsync += DeliverWillAsync;
        server.ApplicationMessageEnqueuedOrDroppedAsync += CountDrop;
    }

    /// <inheritdoc/>
    public IPEndPoint EndPoint =>
        isStarted ? listener.EndPoint! : throw new InvalidOperationException("The MQTT broker is not started.");

    /// <inheritdoc/>
    public MqttBrokerStatistics Statistics => traffic.Statistics(listener.Connections);

    /// <inheritdoc/>
    public IReadOnlyList<MqttProtocolError> RecentErrors => traffic.Errors.All;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (isStarted) throw new InvalidOperationException("The MQTT broker was started before.");
        listener.Open();
        await server.StartAsync();
        isStarted = true;
        LogStarted(logger, listener.EndPoint!);
        if (!string.IsNullOrEmpty(options.Persistence)) LogNotPersistent(logger);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (!isStarted || stopping.IsCancellationRequested) return;
        await stopping.CancelAsync();
        await server.StopAsync(new MqttServerStopOptions());
        LogStopped(logger);
    }

    /// <inheritdoc/>
    public Task ServeAsync(Stream stream, MqttPeer peer, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(peer);
        if (!isStarted || this.stopping.IsCancellationRequested) throw new InvalidOperationException("The MQTT broker does not run.");
        return ServeAsync();

        async Task ServeAsync()
        {
            await using var registration = stopping.Register(stream.Dispose);
            await listener.ServeAsync(stream, peer.Remote);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IDisposable> SubscribeAsync(
        string topicFilter, MqttHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topicFilter);
        ArgumentNullException.ThrowIfNull(handler);
        if (!TopicRules.IsFilter(topicFilter))
            throw new ArgumentException($"'{topicFilter}' is not a valid topic filter.", nameof(topicFilter));
        var added = traffic.Handlers.Add(topicFilter, handler);
        var subscription = new Subscription(() => traffic.Handlers.Remove(added));
        if (!server.IsStarted) return subscription;
        try
        {
            foreach (var retained in await server.GetRetainedMessagesAsync())
            {
                var message = MqttNetMessage.Of(retained);
                if (!TopicRules.Matches(System.Text.Encoding.UTF8.GetBytes(topicFilter), message.Topic.Span)) continue;
                await added.Call(message.View(), retained: true, default);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch
        {
            subscription.Dispose();
            throw;
        }

        return subscription;
    }

    /// <inheritdoc/>
    /// <remarks>Before the start it reaches in-process subscribers only.</remarks>
    public async ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publication.Topic, nameof(publication));
        MqttNetPublications.Check(publication);
        cancellationToken.ThrowIfCancellationRequested();
        var toSend = MqttNetMessage.ToSend(publication with { Payload = publication.Payload.ToArray() });
        var message = MqttNetMessage.Of(toSend);
        var handlers = traffic.Handlers.Matching(message.Topic);
        var completion = new Completion(handlers.Count);
        try
        {
            await MqttNetHandlers.CallAsync(
                handlers, message, retained: false, i => publication.Qos == MqttQos.AtMostOnce ? default : new MqttAcknowledgement(completion, i));
        }
        catch (HandlerException exception)
        {
            traffic.HandlerFailed(OwnName, exception.InnerException!);
            throw new MqttException("A handler of the message failed.", Reason.ImplementationSpecific);
        }

        // A token that can be cancelled tells it from a will, see DeliverWillAsync.
        if (server.IsStarted) await server.InjectApplicationMessage(new(toSend) { SenderClientId = OwnName }, stopping.Token);
        if (publication.Qos != MqttQos.AtMostOnce) await completion.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Stops it, if that was not done, and frees what it holds.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        server.Dispose();
        stopping.Dispose();
    }

    /// <summary>What is asked for and not offered here: to go on without would let in everybody.</summary>
    private static IEnumerable<string> NotOffered(MqttBrokerOptions options)
    {
        const string Library = "MqttLibrary=MQTTnet";
        if (File.Exists(options.PasswordFile)) yield return $"PasswordFile: {Library} checks no passwords.";
        if (options.AclFile.Length > 0) yield return $"AclFile: {Library} knows no rules about topics.";
        if (options.Tls.CertificateFile.Length > 0) yield return $"Tls:CertificateFile: {Library} has no TLS listener.";
        if (!options.AnonymousLoopback) yield return $"AnonymousLoopback: {Library} asks nobody who it is.";
        if (IPAddress.TryParse(options.Address, out var address) && !IPAddress.IsLoopback(address))
            yield return $"Address: {options.Address} can be reached from other computers; {Library} listens on loopback addresses only.";
    }

    private static MqttServerOptions ServerOptions(MqttBrokerOptions options) => new()
    {
        DefaultCommunicationTimeout = options.ConnectTimeout,
        EnablePersistentSessions = true,
        MaxPendingMessagesPerClient = options.OutboundQueueLength,
        PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropNewMessage,
    };

    private Task Validate(ValidatingConnectionEventArgs args)
    {
        if (listener.Connections > options.MaximumConnections)
        {
            args.ReasonCode = args.ProtocolVersion == MQTTnet.Formatter.MqttProtocolVersion.V500
                ? MqttConnectReasonCode.QuotaExceeded
                : MqttConnectReasonCode.ServerUnavailable;
        }
        else if (args.ClientId.Length == 0)
        {
            args.AssignedClientIdentifier = $"auto-{Guid.NewGuid():N}";
        }

        return Task.CompletedTask;
    }

    private Task Limit(InterceptingSubscriptionEventArgs args)
    {
        var known = (HashSet<string>?)args.SessionItems[typeof(MqttNetBroker)];
        if (known is null) args.SessionItems[typeof(MqttNetBroker)] = known = [];
        var filter = args.TopicFilter.Topic;
        if (!TopicRules.IsFilter(filter)) args.Response.ReasonCode = MqttSubscribeReasonCode.TopicFilterInvalid;
        else if (known.Count >= options.MaximumSubscriptionsPerClient && !known.Contains(filter))
            args.Response.ReasonCode = MqttSubscribeReasonCode.QuotaExceeded;
        else known.Add(filter);
        return Task.CompletedTask;
    }

    /// <summary>Wills do not come over a connection. MQTTnet publishes them, and nothing else, with a token that is never cancelled.</summary>
    private async Task DeliverWillAsync(InterceptingPublishEventArgs args)
    {
        if (args.CancellationToken.CanBeCanceled) return;
        var message = MqttNetMessage.Of(args.ApplicationMessage);
        try
        {
            await MqttNetHandlers.CallAsync(traffic.Handlers.Matching(message.Topic), message, retained: false, static _ => default);
        }
        catch (HandlerException exception)
        {
            traffic.HandlerFailed(args.ClientId, exception.InnerException!);
        }
    }

    private Task CountDrop(ApplicationMessageEnqueuedEventArgs args)
    {
        if (args.IsDropped) traffic.CountDropped();
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The MQTT broker (MQTTnet) listens on {EndPoint}.")]
    private static partial void LogStarted(ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Persistence: the MQTT broker (MQTTnet) keeps sessions and retained messages in memory only.")]
    private static partial void LogNotPersistent(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "The MQTT broker (MQTTnet) has stopped.")]
    private static partial void LogStopped(ILogger logger);

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    /// <summary>Completes when all handlers of a message of the process itself have.</summary>
    private sealed class Completion : IMqttDebtor
    {
        private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly HashSet<long> open;

        public Completion(int handlers)
        {
            open = [.. Enumerable.Range(0, handlers)];
            if (handlers == 0) completed.SetResult();
        }

        public Task Task => completed.Task;

        public void Acknowledge(long token)
        {
            lock (open)
            {
                if (open.Remove(token) && open.Count == 0) completed.SetResult();
            }
        }
    }
}
