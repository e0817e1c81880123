using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Plantroom.Alerts.Tests;

/// <summary>Keeps what the system logged.</summary>
internal sealed class AlertsLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, LogLevel Level, string Text)> lines = new();

    /// <summary>What a class said at a level.</summary>
    public IReadOnlyList<string> Of<T>(LogLevel level) =>
        [.. lines.Where(l => l.Category == typeof(T).FullName && l.Level == level).Select(static l => l.Text)];

    public ILogger CreateLogger(string categoryName) => new Category(categoryName, lines);

    public void Dispose()
    {
    }

    private sealed class Category(string name, ConcurrentQueue<(string Category, LogLevel Level, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((name, logLevel, formatter(state, exception)));
    }
}
