using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Plantroom.Gateway;

/// <summary>The gateway module: what it registers and serves.</summary>
public static class GatewayModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddGateway(this IHostApplicationBuilder builder) => builder;

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapGateway(this IEndpointRouteBuilder routes) => routes;
}
