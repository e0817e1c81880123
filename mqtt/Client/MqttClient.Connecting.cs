using System.Text;
using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Client;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt;

/// <content>The loop that connects, and connects again.</content>
public sealed partial class MqttClient
{
    private async Task RunAsync()
    {
        for (var failures = 0; !leaving; failures++)
        {
            try
            {
                await ConnectAndReadAsync(onAccepted: () => failures = 0);
            }
            catch (MqttException exception) when (IsForGood(exception.ReasonCode) && !wasConnected)
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
            catch (Exception exception) when (exception is MqttException or TimeoutException || ClientStream.IsLost(exception))
            {
                LogNotConnected(logger, options.Host, options.Port, exception.Message);
            }
            catch (Exception exception)
            {
                // A defect: it costs this connection and is seen, but does not leave the client disconnected for ever.
                LogFailed(logger, exception);
            }

            var delay = Delay(options, failures, Random.Shared.NextDouble());
            await Task.Delay(delay, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        FailConnecting();
    }

    /// <summary>There will be no connection any more: whoever waits for one is told so.</summary>
    private void FailConnecting()
    {
        lock (gate)
        {
            if (connected.Task.IsCompleted) connected = NewSignal();
            connected.TrySetException(new MqttException("The client was disconnected."));
            _ = connected.Task.Exception;
        }
    }

    private async Task ConnectAndReadAsync(Action onAccepted)
    {
        using var link = await OpenAsync();
        using var stop = stopping.Token.Register(() => link.Abort(new MqttException("The client was disconnected.")));
        var reading = link.RunAsync();
        try
        {
            using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping.Token);
            await HandshakeAsync(link, either.Token);
            onAccepted();
            await reading;
            LogLost(logger, options.Host, options.Port, link.Failure!.Message);
            if (link.HandlerFailure is { } exception) LogHandlerFailed(logger, exception);
            if (link.Defect is { } defect) LogFailed(logger, defect);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new TimeoutException("The broker did not answer in time.");
        }
        finally
        {
            Detach(link);
            link.Abort(new MqttException("The connection attempt has ended."));
            await reading;
        }
    }

    private async Task<ClientLink> OpenAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping.Token);
            var stream = await ClientStream.OpenAsync(options, either.Token);
            return new ClientLink(stream, state) { Refused = filter => LogRefused(logger, filter) };
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new TimeoutException("The broker could not be reached in time.");
        }
    }

    private async Task HandshakeAsync(ClientLink link, CancellationToken cancellationToken)
    {
        var connack = await link.ConnectAsync(Connect(), cancellationToken);
        if (connack.AssignedClientId is { } assigned) clientId = assigned;
        var keepAlive = connack.ServerKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : options.KeepAlive;
        link.StartPings(keepAlive);
        lock (gate)
        {
            wasConnected = true;
            state.Subscriptions.Attach(link);
            state.Outgoing.Attach(link);
            if (connected.Task.IsCompleted) connected = NewSignal();
            connected.SetResult(link);
        }

        state.Counters.AddConnection();
        link.Outbound.RequestPump();
        LogConnected(logger, options.Host, options.Port, connack.SessionPresent);
    }

    private void Detach(ClientLink link)
    {
        lock (gate)
        {
            state.Outgoing.Detach(link);
            if (connected.Task.IsCompletedSuccessfully && connected.Task.Result == link) connected = NewSignal();
        }
    }

    /// <summary>Only the first connection may start clean: a lost one goes on with the session that it had.</summary>
    private ConnectPacket Connect() => new()
    {
        Version = options.ProtocolVersion,
        ClientId = clientId,
        CleanStart = options.CleanStart && (!wasConnected || options.ProtocolVersion == MqttProtocolVersion.V311),
        KeepAlive = (ushort)options.KeepAlive.TotalSeconds,
        UserName = options.UserName,
        Password = options.Password is null ? null : Encoding.UTF8.GetBytes(options.Password),
        SessionExpiry = (uint)options.SessionExpiry.TotalSeconds,
        ReceiveMaximum = (ushort)options.ReceiveMaximum,
        MaximumPacketSize = (uint)options.MaximumPacketSize,
        TopicAliasMaximum = (ushort)options.TopicAliasMaximum,
        UserProperties = PublicationProperties.Write(new MqttPublicationProperties { UserProperties = options.UserProperties }),
        Will = options.Will is not { } will ? null : new WillMessage(
            Encoding.UTF8.GetBytes(will.Topic), will.Payload.ToArray(), will.Qos, will.Retain, (uint)will.Delay.TotalSeconds,
            PublicationProperties.Write(will.Properties)),
    };

    /// <summary>Doubles with every failure; a random part, from 0 to 1, spreads clients that were lost together.</summary>
    internal static TimeSpan Delay(MqttClientOptions options, int failures, double random)
    {
        var longest = options.MaximumReconnectDelay.TotalMilliseconds;
        var delay = Math.Min(longest, options.ReconnectDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)));
        return TimeSpan.FromMilliseconds(delay * (0.5 + (random / 2)));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to MQTT broker {Host}:{Port}, session present: {SessionPresent}.")]
    private static partial void LogConnected(ILogger logger, string host, int port, bool sessionPresent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MQTT broker {Host}:{Port} cannot be used, trying again: {Why}")]
    private static partial void LogNotConnected(ILogger logger, string host, int port, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The connection to MQTT broker {Host}:{Port} has ended: {Why}")]
    private static partial void LogLost(ILogger logger, string host, int port, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message handler failed; the connection is made again.")]
    private static partial void LogHandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The MQTT client failed; the connection is made again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The MQTT broker refused the subscription to {Filter}.")]
    private static partial void LogRefused(ILogger logger, string filter);
}
