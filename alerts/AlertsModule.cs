using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plantroom.Alerts.Alarms;
using Plantroom.Alerts.Rain;
using Plantroom.Alerts.Rules;
using Plantroom.Alerts.Storage;

namespace Plantroom.Alerts;

/// <summary>The alerts module: what it registers and serves.</summary>
/// <remarks>
/// Subscribes to <see cref="ReadingBatch"/>, publishes <see cref="AlarmChange"/> after the transition is stored. Reads the history and
/// the site model. Owns the tables <c>alerts_*</c> and the files of the rules folder.
/// </remarks>
public static class AlertsModule
{
    /// <summary>
    /// Registers <see cref="IAlarms"/>, <see cref="ISystemAlarms"/>, <see cref="IRainWarnings"/>, the job <c>rain-warning</c>, the health
    /// check <c>alerts</c>, the
    /// start-up check of the rules and the hosted service that evaluates them. Settings: section <c>Alerts</c>.
    /// </summary>
    public static IHostApplicationBuilder AddAlerts(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<AlertsOptions>().BindConfiguration(AlertsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertsOptions>, AlertsOptionsValidator>();
        services.AddSingleton(new SettingsSection(AlertsOptions.Section, typeof(AlertsOptions)));
        services.AddSingleton<IStartupCheck, RulesCheck>();

        services.AddDbContextFactory<AlertsDbContext>(
            static (provider, options) => Database.Use(options, provider.GetRequiredService<DataFolder>().Database));
        services.AddSingleton<AlarmStore>();
        services.AddSingleton<RainStore>();
        services.AddSingleton<AlertsMetrics>();

        services.AddSingleton<RuleSource>();
        services.AddSingleton<AlarmDesk>();
        services.AddSingleton<IAlarms>(static provider => provider.GetRequiredService<AlarmDesk>());
        services.AddSingleton<RainWarnings>();
        services.AddSingleton<IRainWarnings>(static provider => provider.GetRequiredService<RainWarnings>());
        services.AddTransient<RainWarningJob>();
        services.AddSingleton(static provider => new RecurringJob(
            "rain-warning",
            typeof(RainWarningJob),
            provider.GetRequiredService<IOptions<AlertsOptions>>().Value.RainCron,
            $"{AlertsOptions.Section}:{nameof(AlertsOptions.RainCron)}"));
        services.AddSingleton<AlertsService>();
        services.AddHostedService(static provider => provider.GetRequiredService<AlertsService>());
        services.AddSingleton<SystemAlarms>();
        services.AddSingleton<ISystemAlarms>(static provider => provider.GetRequiredService<SystemAlarms>());
        services.AddHostedService(static provider => provider.GetRequiredService<SystemAlarms>());

        services.AddHealthChecks().AddCheck<AlertsHealthCheck>("alerts", tags: ["ready"]);
        services.Configure<JsonOptions>(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AlertsJson.Default));
        return builder;
    }

    /// <summary>Maps <c>/api/v1/alarms</c>, <c>/api/v1/rules</c> and <c>/api/v1/rain</c>.</summary>
    public static IEndpointRouteBuilder MapAlerts(this IEndpointRouteBuilder routes)
    {
        routes.MapAlarms();
        routes.MapRules();
        routes.MapRain();
        return routes;
    }
}
