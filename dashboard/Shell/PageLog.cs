using Microsoft.Extensions.Logging;

namespace Plantroom.Dashboard.Shell;

/// <summary>What the pages log. Here, because the logging source generator does not see Razor files.</summary>
internal static partial class PageLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The maintenance reminders could not be read")]
    public static partial void RemindersUnreadable(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The history of {Point} could not be read")]
    public static partial void HistoryUnreadable(ILogger log, PointId point, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The history of {Point} cannot be read at the moment: {Reason}")]
    public static partial void HistoryAway(ILogger log, PointId point, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The acknowledgement of alarm {Id} could not be recorded")]
    public static partial void NotAcknowledged(ILogger log, long id, Exception exception);
}
