using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Http;
using Plantroom.Ingest.Influx;
using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Compaction;
using Plantroom.Ingest.Status;
using Plantroom.Ingest.Transfer;

namespace Plantroom.Ingest;

/// <summary>
/// The ingest module: stores what travels on the bus of readings and answers questions about it.
/// </summary>
/// <remarks>
/// Subscribes <see cref="IBus{T}"/> of <see cref="ReadingBatch"/> as <c>ingest</c>; it is the one that calls
/// <see cref="ReadingBatch.Kept"/>. Provides <see cref="IHistory"/> and <see cref="IStorageStatus"/>, raises alarms of the store through
/// <see cref="ISystemAlarms"/>. Keeps <see cref="DataFolder.History"/> or <see cref="DataFolder.Spool"/>, as
/// <see cref="IngestOptions.Store"/> says.
/// </remarks>
public static class IngestModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddIngest(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IngestOptions>, IngestOptionsValidator>();
        services.AddSingleton(new SettingsSection(IngestOptions.Section, typeof(IngestOptions)));

        // Known whatever the store is, so that a settings file may keep them while another store is tried.
        services.AddSingleton(new SettingsSection(InfluxOptions.Section, typeof(InfluxOptions)));
        services.AddSingleton(new SettingsSection(SpoolOptions.Section, typeof(SpoolOptions)));

        services.AddSingleton<LastValues>();
        var store = builder.Configuration.GetValue<string>(IngestOptions.Section + ":" + nameof(IngestOptions.Store));
        var remote = Enum.TryParse<StoreKind>(store, ignoreCase: true, out var kind) && kind is StoreKind.Influx;
        if (remote) services.AddRemoteStore();
        else services.AddSqlite();
        services.AddSingleton<KnownPoints>();

        services.AddSingleton(HistoryExport.Of).AddSingleton(HistoryImport.Of);

        services.AddSingleton<IngestMetrics>();
        services.AddSingleton<DeliveryMonitor>();
        services.AddSingleton<IngestHealth>();
        services.AddHealthChecks().AddCheck<IngestHealth>("ingest", tags: ["ready"]);

        // Stopped in reverse order: nothing is packed, cleaned up or delivered any more when the last readings are stored and the writer
        // closes.
        services.AddStoring();
        if (remote) services.AddDelivery();
        else services.AddUpkeep();
        return builder;
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapIngest(this IEndpointRouteBuilder routes)
    {
        LastApi.Map(routes);
        HistoryApi.Map(routes);
        StorageApi.Map(routes);
        return routes;
    }

    /// <summary>What packs, sums up and removes what is stored here.</summary>
    private static void AddUpkeep(this IServiceCollection services)
    {
        services.AddSingleton<IStartupCheck, KeepCheck>();
        services.AddSingleton<CompactionMetrics>().AddSingleton<StorageGrowth>();
        services.AddHostedService<Compaction>().AddHostedService<CleanUp>();
    }

    private static void AddSqlite(this IServiceCollection services)
    {
        services.AddSingleton<IStartupCheck, HistoryCheck>();
        services.AddSingleton<HistoryWriter>();
        services.AddSingleton<IReadingKeeper>(static provider => provider.GetRequiredService<HistoryWriter>());
        services.AddSingleton<SqliteHistory>();
        services.AddSingleton<IHistory>(static provider => provider.GetRequiredService<SqliteHistory>());
        services.AddSingleton<IStoredPoints, SqlitePoints>();
    }
}
