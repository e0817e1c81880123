using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Status;

/// <summary>What the module registers for the times in which storage is in trouble.</summary>
internal static class StatusParts
{
    /// <summary>Registers the keeper with its reserve on the disk, the bus as the store sees it, the status and its alarms.</summary>
    public static void AddStatus(this IServiceCollection services)
    {
        services.AddSingleton<IReadingKeeper>(static provider => new DiskReserve(
            provider.GetRequiredService<HistoryWriter>(),
            FreeBytes(provider),
            provider.GetRequiredService<IOptions<IngestOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Overflow>();
        services.AddHostedService<OverflowRelief>();
        services.AddSingleton<IStorageStatus>(static provider =>
            ActivatorUtilities.CreateInstance<StorageStatusSource>(provider, "sqlite", FreeBytes(provider)));
        services.AddHostedService<StorageAlarms>();
    }

    private static Func<long> FreeBytes(IServiceProvider provider)
    {
        var folder = provider.GetRequiredService<DataFolder>().Path;
        return () => DiskReserve.FreeBytes(folder);
    }
}
