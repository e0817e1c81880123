using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;

namespace Plantroom.Ingest.Status;

/// <summary>What the module registers for the times in which storage is in trouble.</summary>
internal static class StoringParts
{
    /// <summary>
    /// Registers the service that stores, with a reserve on the disk before its keeper and an overflow beside its queue; the state of the
    /// store and its alarms.
    /// </summary>
    public static void AddStoring(this IServiceCollection services)
    {
        services.AddSingleton(static provider => new DiskReserve(
            provider.GetRequiredService<IReadingKeeper>(),
            FreeBytes(provider),
            provider.GetRequiredService<IOptions<IngestOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Overflow>();
        services.AddHostedService(static provider => ActivatorUtilities.CreateInstance<IngestService>(
            provider, provider.GetRequiredService<Overflow>(), provider.GetRequiredService<DiskReserve>()));
        services.AddHostedService<OverflowRelief>();
        services.AddSingleton<IStorageStatus>(static provider =>
            ActivatorUtilities.CreateInstance<StorageStatusSource>(provider, Kind(provider), FreeBytes(provider)));
        services.AddHostedService<StorageAlarms>();
    }

    private static string Kind(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<IngestOptions>>().Value.Store is StoreKind.Influx ? "influx" : "sqlite";

    private static Func<long> FreeBytes(IServiceProvider provider)
    {
        var folder = provider.GetRequiredService<DataFolder>().Path;
        return () => DiskReserve.FreeBytes(folder);
    }
}
