using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plantroom.Maintenance.Reminders;
using Plantroom.Maintenance.Storage;

namespace Plantroom.Maintenance;

/// <summary>
/// The maintenance module: reminds of preventive maintenance that is due. Registers <see cref="IMaintenanceReminders"/> and the
/// recurring
/// job <c>preventive-maintenance</c>, serves <c>/api/v1/maintenance/reminders</c>.
/// </summary>
public static class MaintenanceModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddMaintenance(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(new SettingsSection(MaintenanceOptions.Section, typeof(MaintenanceOptions)));
        services.AddOptions<MaintenanceOptions>().BindConfiguration(MaintenanceOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MaintenanceOptions>, MaintenanceOptionsValidator>();
        services.AddMetrics();
        services.ConfigureHttpJsonOptions(static o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, MaintenanceJson.Default));

        services.AddDbContextFactory<MaintenanceDbContext>(static (provider, options) => options.UseSqlite(
            $"Data Source={provider.GetRequiredService<DataFolder>().Database}",
            static sqlite => sqlite.MigrationsHistoryTable(MaintenanceDbContext.MigrationsTable)));
        services.AddSingleton<MaintenanceMetrics>();
        services.AddSingleton<ReminderBook>();
        services.AddSingleton<IMaintenanceReminders>(static provider => provider.GetRequiredService<ReminderBook>());
        services.AddSingleton<ReminderRound>();
        services.AddTransient<PreventiveMaintenanceJob>();
        services.AddSingleton(static provider => new RecurringJob(
            PreventiveMaintenanceJob.Name,
            typeof(PreventiveMaintenanceJob),
            provider.GetRequiredService<IOptions<MaintenanceOptions>>().Value.Cron,
            $"{MaintenanceOptions.Section}:{nameof(MaintenanceOptions.Cron)}"));
        services.AddHostedService<MaintenanceStart>();
        return builder;
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapMaintenance(this IEndpointRouteBuilder routes)
    {
        routes.MapReminders();
        return routes;
    }
}
