using System.Net;
using Microsoft.Extensions.Logging;

namespace Plantroom.Mqtt.Broker;

/// <summary>What the broker logs. Nothing of a payload, no credentials.</summary>
internal sealed partial class BrokerLog(ILogger logger)
{
    private const int LongestName = 100;

    private int retainedFull;

    /// <summary>Once: it would be said for every message.</summary>
    public void RetainedIsFull(int count)
    {
        if (Interlocked.Exchange(ref retainedFull, 1) == 0) LogRetainedFull(logger, count);
    }

    public void Started(EndPoint at) => LogStarted(logger, at);

    public void Restored(int sessions, int retained) => LogRestored(logger, sessions, retained);

    public void Stopped() => LogStopped(logger);

    public void Connected(string client, EndPoint? remote, MqttProtocolVersion version)
    {
        if (!logger.IsEnabled(LogLevel.Debug)) return;
        var shown = Shown(client);
        LogConnected(logger, shown, remote, version);
    }

    public void Lost(string client, string why)
    {
        if (!logger.IsEnabled(LogLevel.Debug)) return;
        var shown = Shown(client);
        LogLost(logger, shown, why);
    }

    public void BrokeProtocol(string client, EndPoint? remote, byte reason, string message) =>
        LogBrokeProtocol(logger, Shown(client), remote, reason, message);

    public void HandlerFailed(string client, Exception exception) => LogHandlerFailed(logger, Shown(client), exception);

    public void Failed(string client, Exception exception) => LogFailed(logger, Shown(client), exception);

    public void TooSlow(string client, TimeSpan waited) => LogTooSlow(logger, Shown(client), waited);

    public void WillFailed(string client, Exception exception) => LogWillFailed(logger, Shown(client), exception);

    public void Reloaded(string what) => LogReloaded(logger, what);

    public void NotReloaded(string what, string why) => LogNotReloaded(logger, what, why);

    /// <summary>Once for each pause, not for each login that it refuses.</summary>
    public void LoginsPaused(string user, EndPoint? remote, TimeSpan pause) => LogLoginsPaused(logger, Shown(user), remote, pause);

    public void CredentialsFailed(string client, Exception exception) => LogCredentialsFailed(logger, Shown(client), exception);

    public void Unprotected(EndPoint at) => LogUnprotected(logger, at);

    public void SecureStarted(EndPoint at, string subject, DateTime until) => LogSecureStarted(logger, at, subject, until);

    public void CertificateExpires(string subject, DateTime at) => LogCertificateExpires(logger, subject, at);

    public void NotSecured(EndPoint? remote, string why) => LogNotSecured(logger, remote, why);

    public void Revoked(string client, string filter) => LogRevoked(logger, Shown(client), Shown(filter));

    public void AcceptFailed(Exception exception) => LogAcceptFailed(logger, exception);

    /// <summary>What a client calls itself, so that it can neither fill the log nor write lines of its own into it.</summary>
    private static string Shown(string name)
    {
        if (name.Length <= LongestName && !name.Any(char.IsControl)) return name;
        var start = name.Length <= LongestName ? name : name[..LongestName] + "...";
        return string.Concat(start.Select(static c => char.IsControl(c) ? '?' : c));
    }

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

    [LoggerMessage(Level = LogLevel.Information, Message = "MQTT {What}: read again after a change.")]
    private static partial void LogReloaded(ILogger logger, string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "MQTT {What}: cannot be read, the old stays in force. {Why}")]
    private static partial void LogNotReloaded(ILogger logger, string what, string why);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Too many MQTT logins have failed, the last as '{User}' from {Remote}; for {Pause} more are refused unseen.")]
    private static partial void LogLoginsPaused(ILogger logger, string user, EndPoint? remote, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Error, Message = "The login of MQTT client {Client} could not be looked at, and is refused.")]
    private static partial void LogCredentialsFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "MQTT at {At} can be reached from other computers without TLS: passwords travel there for everybody on the way to read.")]
    private static partial void LogUnprotected(ILogger logger, EndPoint at);

    [LoggerMessage(Level = LogLevel.Information, Message = "MQTT broker listens on {At} with TLS, as {Subject} until {Until:yyyy-MM-dd}.")]
    private static partial void LogSecureStarted(ILogger logger, EndPoint at, string subject, DateTime until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of the MQTT broker, {Subject}, expires at {At:yyyy-MM-dd HH:mm} UTC.")]
    private static partial void LogCertificateExpires(ILogger logger, string subject, DateTime at);

    [LoggerMessage(Level = LogLevel.Debug, Message = "An MQTT client at {Remote} did not come to terms about TLS: {Why}")]
    private static partial void LogNotSecured(ILogger logger, EndPoint? remote, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MQTT client {Client} may no longer read '{Filter}': the subscription is ended.")]
    private static partial void LogRevoked(ILogger logger, string client, string filter);
}
