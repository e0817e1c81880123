using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plantroom.Dashboard.Alarms;
using Plantroom.Dashboard.Language;
using Plantroom.Dashboard.Live;
using Plantroom.Dashboard.Shell;

namespace Plantroom.Dashboard;

/// <summary>
/// The dashboard: what people see. Follows both buses, and serves the pages <c>/</c>, <c>/alarms</c>, <c>/storage</c>
/// and <c>/equipment/{site}/{id}</c>, the hub <c>/hubs/alarms</c> and the files the pages need.
/// </summary>
public static class DashboardModule
{
    /// <summary>Registers the live view, the pages, the hub and the security headers of every response.</summary>
    public static IHostApplicationBuilder AddDashboard(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(new SettingsSection("Dashboard", typeof(DashboardOptions)));
        services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
        services.AddOptions<DashboardOptions>().BindConfiguration("Dashboard").ValidateOnStart();

        services.AddSingleton<LiveView>();
        services.AddHostedService<LiveFeed>();

        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddSignalR().AddJsonProtocol(static json => AlarmHubJson.Configure(json.PayloadSerializerOptions));
        services.AddSingleton<AssetFiles>();
        services.Configure<RouteOptions>(static o => o.SetParameterPolicy<PageAddressConstraint>(PageAddressConstraint.Name));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, SecurityHeaders>());
        return builder;
    }

    /// <summary>
    /// Maps the pages, the hub and the files. The host calls <c>UseAntiforgery()</c> before.
    /// </summary>
    public static IEndpointRouteBuilder MapDashboard(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var options = routes.ServiceProvider.GetRequiredService<IOptions<DashboardOptions>>().Value;
        var files = routes.ServiceProvider.GetRequiredService<AssetFiles>();
        files.Map(routes);
        if (!files.HasBlazorScript) routes.MapStaticAssets();
        LanguageEndpoint.Map(routes);
        routes.MapHub<AlarmHub>("/hubs/alarms").RequireSameOrigin([.. options.AllowedOrigins]);

        // The frame policy is part of our own header, see SecurityHeaders.
        routes.MapRazorComponents<App>().AddInteractiveServerRenderMode(static o => o.ContentSecurityFrameAncestorsPolicy = null);
        routes.MapGet($"{{*path:nonfile:{PageAddressConstraint.Name}}}", NoSuchPage)
            .WithOrder(int.MaxValue).ExcludeFromDescription();
        return routes;
    }

    private static RazorComponentResult<App> NoSuchPage() => new() { StatusCode = StatusCodes.Status404NotFound };
}
