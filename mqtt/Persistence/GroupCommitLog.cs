using Microsoft.Extensions.Logging;

namespace Plantroom.Mqtt.Persistence;

/// <summary>Says when committing begins to fail and when it works again, not for every attempt.</summary>
internal sealed partial class GroupCommitLog(ILogger logger)
{
    private string? failure;

    public void Works()
    {
        if (failure is null) return;
        failure = null;
        LogWorks(logger);
    }

    public void Fails(string reason)
    {
        if (failure == reason) return;
        failure = reason;
        LogFails(logger, reason);
    }

    public void Broke(Exception exception) => LogBroke(logger, exception);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "MQTT messages cannot be stored: {Reason}. Their publishers wait; it is tried again until it works.")]
    private static partial void LogFails(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "MQTT messages are stored again.")]
    private static partial void LogWorks(ILogger logger);

    [LoggerMessage(Level = LogLevel.Critical, Message = "MQTT messages are not stored any more, because of a defect.")]
    private static partial void LogBroke(ILogger logger, Exception exception);
}
