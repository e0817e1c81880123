using System.Net;
using Microsoft.Extensions.Logging;

namespace Plantroom.Mqtt.Broker;

/// <summary>What the broker logs. Nothing of a payload, no credentials.</summary>
internal sealed partial class BrokerLog(ILogger logger)
{
    private int retainedFull;

    /// <summary>Once: it would be said for every message.</summary>
    public void RetainedIsFull(int count)
    {
        if (Interlocked.Exchange(ref retainedFull, 1) == 0) LogRetainedFull(logger, count);
    }

    public void Started(EndPoint at) => LogStarted(logger, at);

    public void Restored(int sessions, int retained) => LogRestored(logger, sessions, retained);

    public void Stopped() => LogStopped(logger);

    public void Connected(string client, EndPoint? remote, MqttProtocolVersion version) =>
        LogConnected(logger, client, remote, version);

    public void Lost(string client, string why) => LogLost(logger, client, why);

    public void BrokeProtocol(string client, EndPoint? remote, byte reason, string message) =>
        LogBrokeProtocol(logger, client, remote, reason, message);

    public void HandlerFailed(string client, Exception exception) => LogHandlerFailed(logger, client, exception);

    public void Failed(string client, Exception exception) => LogFailed(logger, client, exception);

    public void TooSlow(string client, TimeSpan waited) => LogTooSlow(logger, client, waited);

    public void WillFailed(string client, Exception exception) => LogWillFailed(logger, client, exception);

    public void AcceptFailed(Exception exception) => LogAcceptFailed(logger, exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "MQTT broker listens on {At}.")]
    private static partial void LogStarted(ILogger logger, EndPoint at);

    [LoggerMessage(Level = LogLevel.Information, Message = "MQTT broker has taken up {Sessions} sessions and {Retained} retained messages.")]
    private static partial void LogRestored(ILogger logger, int sessions, int retained);

    [LoggerMessage(Level = LogLevel.Information, Message = "MQTT broker stopped.")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(Level = LogLevel.Debug, Message = "MQTT client {Client} at {Remote} connected with {Version}.")]
    private static partial void LogConnected(ILogger logger, string client, EndPoint? remote, MqttProtocolVersion version);

    [LoggerMessage(Level = LogLevel.Debug, Message = "MQTT client {Client} is gone: {Why}.")]
    private static partial void LogLost(ILogger logger, string client, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MQTT client '{Client}' at {Remote} is disconnected (0x{Reason:X2}): {Message}.")]
    private static partial void LogBrokeProtocol(ILogger logger, string client, EndPoint? remote, byte reason, string message);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A handler failed on a message of MQTT client {Client}; the message is not acknowledged and the client is disconnected.")]
    private static partial void LogHandlerFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The connection of MQTT client {Client} failed.")]
    private static partial void LogFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "MQTT subscriber {Client} did not make room in its queue within {Waited} and is disconnected.")]
    private static partial void LogTooSlow(ILogger logger, string client, TimeSpan waited);

    [LoggerMessage(Level = LogLevel.Error, Message = "The will of MQTT client {Client} could not be handed to all subscribers.")]
    private static partial void LogWillFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "An MQTT connection could not be accepted.")]
    private static partial void LogAcceptFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} MQTT messages are retained, as many or as large as may be; new topics are not retained until some are removed.")]
    private static partial void LogRetainedFull(ILogger logger, int count);
}
