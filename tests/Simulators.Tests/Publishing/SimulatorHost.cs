using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plantroom.Mqtt;
using Plantroom.TestKit;

namespace Plantroom.Simulators.Tests.Publishing;

/// <summary>A host with the simulators module alone, on a clock and with a client that the test holds.</summary>
internal static class SimulatorHost
{
    public static IHost Build(
        Dictionary<string, string?> settings,
        ManualClock clock,
        RecordingClient client,
        DataFolder? data = null,
        IMqttBroker? broker = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<SimulatorClientFactory>(connection =>
        {
            client.Connection = connection;
            return client;
        });
        if (broker is not null) builder.Services.AddSingleton(broker);
        if (data is not null) builder.Services.AddSingleton(data);
        builder.AddSimulators();
        return builder.Build();
    }
}
