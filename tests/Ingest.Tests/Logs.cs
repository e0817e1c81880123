using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Plantroom.Ingest.Tests;

/// <summary>Keeps what was logged.</summary>
internal sealed class Logs<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IReadOnlyList<(LogLevel Level, string Text)> From(LogLevel level) => [.. lines.Where(l => l.Level >= level)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue((logLevel, formatter(state, exception)));
}
