using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Plantroom.Energy;

/// <summary>The energy module: what it registers and serves.</summary>
public static class EnergyModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddEnergy(this IHostApplicationBuilder builder) => builder;

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapEnergy(this IEndpointRouteBuilder routes) => routes;
}
