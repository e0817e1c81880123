using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Plantroom.Alerts;

/// <summary>The alerts module: what it registers and serves.</summary>
public static class AlertsModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddAlerts(this IHostApplicationBuilder builder) => builder;

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapAlerts(this IEndpointRouteBuilder routes) => routes;
}
