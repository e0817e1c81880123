using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Delivery;

/// <summary>What stands in front of a remote store.</summary>
internal static class SpoolModule
{
    /// <summary>Registers the spool as the place where readings become durable. The remote store brings its <see cref="ILineReceiver"/>.</summary>
    /// <typeparam name="TStore">The remote store's history, which it has registered.</typeparam>
    public static IServiceCollection AddSpool<TStore>(this IServiceCollection services)
        where TStore : class, IHistory
    {
        services.AddOptions<SpoolOptions>().BindConfiguration(SpoolOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SpoolOptions>, SpoolOptionsValidator>();
        services.AddSingleton<Spool>();
        services.AddSingleton(static provider => new RememberingHistory(
            provider.GetRequiredService<TStore>(), provider.GetRequiredService<LastValues>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IHistory>(static provider => provider.GetRequiredService<RememberingHistory>());
        services.TryAddSingleton<DeliveryMonitor>();
        return services.AddSingleton<IReadingKeeper, SpoolKeeper>();
    }

    /// <summary>Registers the delivery; it is started behind what fills the spool, and stopped before.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services) =>
        services.AddSingleton<Courier>().AddHostedService<DeliveryService>().AddHostedService<LastValuesLoad>();
}
