using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;

namespace Plantroom.Ingest.Delivery;

/// <summary>What stands in front of a remote store.</summary>
internal static class SpoolModule
{
    /// <summary>Registers the spool as the place where readings become durable. The remote store brings its <see cref="ILineReceiver"/>.</summary>
    public static IServiceCollection AddSpool(this IServiceCollection services)
    {
        services.AddOptions<SpoolOptions>().BindConfiguration(SpoolOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SpoolOptions>, SpoolOptionsValidator>();
        services.AddSingleton(new SettingsSection(SpoolOptions.Section, typeof(SpoolOptions)));
        services.AddSingleton<Spool>();
        services.TryAddSingleton<DeliveryMonitor>();
        return services.AddSingleton<IReadingKeeper, SpoolKeeper>();
    }

    /// <summary>Registers the delivery; it is started behind what fills the spool, and stopped before.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services) => 
        services.AddSingleton<Courier>().AddHostedService<DeliveryService>();
}
