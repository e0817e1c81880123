using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace Plantroom.Mqtt.MqttNet;

/// <content>The loop that connects, and connects again.</content>
public sealed partial class MqttNetClient
{
    private async Task RunAsync()
    {
        for (var failures = 0; !stopping.IsCancellationRequested; failures++)
        {
            try
            {
                await ConnectAndWaitAsync(onAccepted: () => failures = 0);
            }
            catch (MqttException exception) when (MqttClient.IsForGood(exception.ReasonCode) && !wasConnected)
            {
                lock (gate)
                {
                    isRunning = false;
                    connected.TrySetException(exception);
                }

                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                LogNotConnected(logger, options.Host, options.Port, exception.Message);
            }

            await Task.Delay(MqttClient.Delay(options, failures, Random.Shared.NextDouble()), time, stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (gate)
        {
            if (connected.Task.IsCompleted) connected = NewSignal();
            connected.TrySetException(new MqttException("The client was disconnected."));
            _ = connected.Task.Exception;
        }
    }

    private async Task ConnectAndWaitAsync(Action onAccepted)
    {
        using var link = new MqttNetLink(handlers);
        try
        {
            using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping.Token);
            var result = await link.ConnectAsync(Options(), either.Token);
            if (result.AssignedClientIdentifier is { Length: > 0 } assigned) clientId = assigned;
            onAccepted();
            Attach(link, result.IsSessionPresent);
            LogConnected(logger, options.Host, options.Port, result.IsSessionPresent);
            var why = await link.Ended.WaitAsync(stopping.Token);
            LogLost(logger, options.Host, options.Port, why);
            if (link.HandlerFailure is { } exception) LogHandlerFailed(logger, exception);
        }
        finally
        {
            Detach();
        }
    }

    private void Attach(MqttNetLink link, bool sessionPresent)
    {
        List<MqttNetSubscription> unknown;
        lock (gate)
        {
            wasConnected = true;
            unknown = subscriptions.FindAll(s => !sessionPresent || !s.Granted.IsCompleted);
            if (connected.Task.IsCompleted) connected = NewSignal();
            connected.SetResult(link);
        }

        foreach (var subscription in unknown) _ = AskAsync(link, subscription);
        outbox.Attach(link);
    }

    private void Detach()
    {
        outbox.Detach();
        lock (gate)
        {
            if (connected.Task.IsCompletedSuccessfully) connected = NewSignal();
        }
    }

    /// <summary>Only the first connection may start clean: a lost one goes on with the session that it had.</summary>
    private MQTTnet.MqttClientOptions Options()
    {
        var is5 = options.ProtocolVersion == MqttProtocolVersion.V50;
        var channel = new MqttClientTcpOptions { RemoteEndpoint = new DnsEndPoint(options.Host, options.Port) };
        if (options.Tls.Enabled) channel.TlsOptions = MqttNetTls.Of(options);
        var made = new MQTTnet.MqttClientOptions
        {
            ChannelOptions = channel,
            ProtocolVersion = is5 ? MQTTnet.Formatter.MqttProtocolVersion.V500 : MQTTnet.Formatter.MqttProtocolVersion.V311,
            ClientId = clientId,
            CleanSession = options.CleanStart && (!wasConnected || !is5),
            KeepAlivePeriod = options.KeepAlive,
            SessionExpiryInterval = (uint)options.SessionExpiry.TotalSeconds,
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumPacketSize = (uint)options.MaximumPacketSize,
            Timeout = options.ConnectTimeout,
            UserProperties = MqttNetMessage.UserProperties(options.UserProperties),

            // What needs 5.0 is left out over 3.1.1, as the port says, instead of refused.
            ValidateFeatures = false,
        };
        if (options.UserName is not null)
            made.Credentials = new MqttClientCredentials(options.UserName, options.Password is null ? null : Encoding.UTF8.GetBytes(options.Password));
        if (options.Will is { } will) AddWill(made, will);
        return made;
    }

    private static void AddWill(MQTTnet.MqttClientOptions made, MqttWill will)
    {
        made.WillTopic = will.Topic;
        made.WillPayload = will.Payload.ToArray();
        made.WillQualityOfServiceLevel = (MqttQualityOfServiceLevel)will.Qos;
        made.WillRetain = will.Retain;
        made.WillDelayInterval = (uint)will.Delay.TotalSeconds;
        if (will.Properties is not { } properties) return;
        var message = MqttNetMessage.ToSend(new MqttPublication(will.Topic, will.Payload, will.Qos, will.Retain) { Properties = properties });
        made.WillMessageExpiryInterval = message.MessageExpiryInterval;
        made.WillPayloadFormatIndicator = message.PayloadFormatIndicator;
        made.WillContentType = message.ContentType;
        made.WillResponseTopic = message.ResponseTopic;
        made.WillCorrelationData = message.CorrelationData;
        made.WillUserProperties = message.UserProperties;
    }

    /// <summary>What is asked for and not offered here: to go on without would be to send in clear, or to lose.</summary>
    private static IEnumerable<string> NotOffered(MqttClientOptions options)
    {
        if (options.Transport == MqttTransport.WebSocket) yield return "Transport: MqttLibrary=MQTTnet offers Tcp only.";
        if (options.OfflineQueue) yield return "OfflineQueue: MqttLibrary=MQTTnet has none.";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to MQTT broker {Host}:{Port}, session present: {SessionPresent}.")]
    private static partial void LogConnected(ILogger logger, string host, int port, bool sessionPresent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MQTT broker {Host}:{Port} cannot be used, trying again: {Why}")]
    private static partial void LogNotConnected(ILogger logger, string host, int port, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The connection to MQTT broker {Host}:{Port} has ended: {Why}")]
    private static partial void LogLost(ILogger logger, string host, int port, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message handler failed; the connection is made again.")]
    private static partial void LogHandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The MQTT broker refused the subscription to {Filter}.")]
    private static partial void LogRefused(ILogger logger, string filter);
}
