using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Http;
using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Compaction;

namespace Plantroom.Ingest;

/// <summary>
/// The ingest module: stores what travels on the bus of readings and answers questions about it.
/// </summary>
/// <remarks>
/// Subscribes <see cref="IBus{T}"/> of <see cref="ReadingBatch"/> as <c>ingest</c>; it is the one that calls
/// <see cref="ReadingBatch.Kept"/>. Provides <see cref="IHistory"/>. Keeps <see cref="DataFolder.History"/>.
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

        services.AddSingleton<IStartupCheck, HistoryCheck>();
        services.AddSingleton<LastValues>();
        services.AddSingleton<HistoryWriter>();
        services.AddSingleton<IReadingKeeper>(static provider => provider.GetRequiredService<HistoryWriter>());
        services.AddSingleton<SqliteHistory>();
        services.AddSingleton<IHistory>(static provider => provider.GetRequiredService<SqliteHistory>());

        services.AddSingleton<IngestMetrics>();
        services.AddSingleton<IngestHealth>();
        services.AddHealthChecks().AddCheck<IngestHealth>("ingest", tags: ["ready"]);

        // Stopped in reverse order: nothing is cleaned up any more when the last readings are stored and the writer closes.
        services.AddHostedService<IngestService>();
        services.AddSingleton<IStartupCheck, KeepCheck>();
        services.AddSingleton<CompactionMetrics>();
        services.AddSingleton<StorageGrowth>();
        services.AddHostedService<Compaction>();
        services.AddHostedService<CleanUp>();
        return builder;
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapIngest(this IEndpointRouteBuilder routes)
    {
        LastApi.Map(routes);
        HistoryApi.Map(routes);
        return routes;
    }
}
