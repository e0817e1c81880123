using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Plantroom.Mqtt.Tests;

/// <summary>A log that is looked at: errors are only those that a test expects.</summary>
internal sealed class RecordingLog<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> entries = new();

    public IReadOnlyList<string> Errors => [.. entries.Where(e => e.Level >= LogLevel.Error).Select(e => e.Text)];

    public IReadOnlyList<string> All => [.. entries.Select(e => e.Text)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        entries.Enqueue((logLevel, formatter(state, exception) + (exception is null ? "" : $" {exception}")));
}
