using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Plantroom.Maintenance;

/// <summary>The maintenance module: what it registers and serves.</summary>
public static class MaintenanceModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddMaintenance(this IHostApplicationBuilder builder) => builder;

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapMaintenance(this IEndpointRouteBuilder routes) => routes;
}
