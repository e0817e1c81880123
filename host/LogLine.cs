using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Plantroom.Host;

/// <summary>One line of the log for people: time of day, level, who says it, what. An exception follows on lines of its own.</summary>
internal sealed class LogLine(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "plantroom";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var now = time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var who = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        textWriter.WriteLine($"{now} {Word(logEntry.LogLevel)} {who}: {logEntry.Formatter(logEntry.State, logEntry.Exception)}");
        if (logEntry.Exception is { } exception) textWriter.WriteLine(exception);
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "CRITICAL",
        LogLevel.Error => "ERROR",
        LogLevel.Warning => "WARNING",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
