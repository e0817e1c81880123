using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Plantroom.Simulators;

/// <summary>The simulators module: what it registers and serves.</summary>
public static class SimulatorsModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddSimulators(this IHostApplicationBuilder builder) => builder;

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapSimulators(this IEndpointRouteBuilder routes) => routes;
}
