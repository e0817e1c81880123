using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Plantroom.Ingest;

/// <summary>The ingest module: what it registers and serves.</summary>
public static class IngestModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddIngest(this IHostApplicationBuilder builder) => builder;

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapIngest(this IEndpointRouteBuilder routes) => routes;
}
