using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Plantroom.Dashboard;

/// <summary>The dashboard module: what it registers and serves.</summary>
public static class DashboardModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddDashboard(this IHostApplicationBuilder builder) => builder;

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapDashboard(this IEndpointRouteBuilder routes) => routes;
}
