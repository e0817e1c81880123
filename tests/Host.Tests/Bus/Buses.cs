using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Plantroom.Host.Bus;

namespace Plantroom.Host.Tests;

/// <summary>A process, as far as its buses go: what the host registers, with settings of the test's.</summary>
internal sealed class Buses : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly ConcurrentQueue<string> logged = [];

    public Buses(int port, string clientId, params (string Key, string Value)[] more)
    {
        var settings = more.Append(("Bus:Kind", "mqtt")).Append(("Bus:Broker:Port", $"{port}")).Append(("Bus:ClientId", clientId))
            .Append(("Bus:Broker:ReconnectDelay", "00:00:00.05"))
            .ToDictionary(static s => s.Item1, static s => (string?)s.Item2);
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        collection.AddSingleton(TimeProvider.System).AddMetrics()
            .AddLogging(logs => logs.SetMinimumLevel(LogLevel.Warning).AddProvider(new Lines(logged)));
        collection.AddBus();
        services = collection.BuildServiceProvider();
    }

    public IBus<ReadingBatch> Readings => services.GetRequiredService<IBus<ReadingBatch>>();

    public IBus<AlarmChange> Alarms => services.GetRequiredService<IBus<AlarmChange>>();

    public IMeterFactory Meters => services.GetRequiredService<IMeterFactory>();

    /// <summary>Warnings and worse.</summary>
    public IReadOnlyCollection<string> Logged => [.. logged];

    public async Task<string> HealthAsync(CancellationToken cancellationToken) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(cancellationToken)).Status.ToString();

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
