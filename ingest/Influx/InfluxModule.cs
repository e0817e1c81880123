using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Influx;

/// <summary>What it takes to keep readings in InfluxDB.</summary>
internal static class InfluxModule
{
    /// <summary>Registers the settings and what checks them.</summary>
    public static IServiceCollection AddInfluxSettings(this IServiceCollection services)
    {
        services.AddOptions<InfluxOptions>().BindConfiguration(InfluxOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InfluxOptions>, InfluxOptionsValidator>();
        return services.AddSingleton<IStartupCheck, InfluxCheck>();
    }

    /// <summary>Registers the receiver and the reading side.</summary>
    public static IServiceCollection AddInflux(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InfluxConnection>();
        services.AddSingleton<InfluxCreation>();
        services.AddSingleton<ILineReceiver, InfluxReceiver>();
        services.AddSingleton<InfluxHistory>();
        return services;
    }
}
