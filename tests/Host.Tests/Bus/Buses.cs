using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plantroom.Host.Bus;

namespace Plantroom.Host.Tests;

/// <summary>A process, as far as its buses go: what the host registers, with settings of the test's.</summary>
internal sealed class Buses : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public Buses(int port, string clientId, params (string Key, string Value)[] more)
    {
        var settings = more.Append(("Bus:Kind", "mqtt")).Append(("Bus:Broker:Port", $"{port}")).Append(("Bus:ClientId", clientId))
            .Append(("Bus:Broker:ReconnectDelay", "00:00:00.05"))
            .ToDictionary(static s => s.Item1, static s => (string?)s.Item2);
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        collection.AddSingleton(TimeProvider.System).AddLogging(static logs => logs.SetMinimumLevel(LogLevel.Warning)).AddMetrics();
        collection.AddBus();
        services = collection.BuildServiceProvider();
    }

    public IBus<ReadingBatch> Readings => services.GetRequiredService<IBus<ReadingBatch>>();

    public IBus<AlarmChange> Alarms => services.GetRequiredService<IBus<AlarmChange>>();

    public IMeterFactory Meters => services.GetRequiredService<IMeterFactory>();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
