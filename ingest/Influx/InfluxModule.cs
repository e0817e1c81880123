using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Influx;

/// <summary>What it takes to keep readings in InfluxDB.</summary>
internal static class InfluxModule
{
    /// <summary>Registers the settings, the receiver and the reading side.</summary>
    public static IServiceCollection AddInflux(this IServiceCollection services)
    {
        services.AddOptions<InfluxOptions>().BindConfiguration(InfluxOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InfluxOptions>, InfluxOptionsValidator>();
        services.AddSingleton(new SettingsSection(InfluxOptions.Section, typeof(InfluxOptions)));
        services.AddSingleton<IStartupCheck, InfluxCheck>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InfluxConnection>();
        services.AddSingleton<InfluxCreation>();
        services.AddSingleton<ILineReceiver, InfluxReceiver>();
        return services;
    }
}
