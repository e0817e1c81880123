using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt;
using Plantroom.Simulators.Publishing;
using Plantroom.Simulators.Script;

namespace Plantroom.Simulators;

/// <summary>
/// The simulators module: a building that behaves and misbehaves. It publishes through MQTT like any device and serves nothing.
/// It connects to the <see cref="Mqtt.IMqttBroker"/> of the process when there is one.
/// </summary>
public static class SimulatorsModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddSimulators(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(new SettingsSection(SimulatorOptions.Section, typeof(SimulatorOptions)));
        services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SimulatorOptions>, SimulatorOptionsValidator>();
        services.AddSingleton<IStartupCheck, ScenarioCheck>().AddSingleton<IStartupCheck, BrokerCheck>();
        services.AddMetrics();
        services.AddSingleton<SimulatorMetrics>();
        services.TryAddSingleton<SimulatorClientFactory>(static provider => connection => Client(provider, connection));
        services.AddHostedService<SimulatorService>();
        return builder;
    }

    /// <summary>Maps the module's endpoints: none.</summary>
    public static IEndpointRouteBuilder MapSimulators(this IEndpointRouteBuilder routes) => routes;

    private static IMqttClient Client(IServiceProvider services, SimulatorConnection connection) => MqttLibrary.CreateClient(
        services,
        new MqttClientOptions
        {
            Host = connection.Host,
            Port = connection.Port,
            ClientId = connection.ClientId,
            UserName = connection.UserName,
            Password = BrokerCheck.ReadPassword(connection.PasswordFile),
            Tls = connection.Tls,
            Will = new(connection.WillTopic, connection.WillPayload, MqttQos.AtLeastOnce, Retain: true),
        });
}
