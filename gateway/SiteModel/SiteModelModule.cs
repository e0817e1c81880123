using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Plantroom.Gateway;

/// <summary>The site model: every role needs it, not only the gateway.</summary>
public static class SiteModelModule
{
    /// <summary>
    /// Registers <see cref="IFacilitySource"/>, read from <see cref="SiteFolder.Facility"/> when it is first asked for, its start-up check,
    /// and the reload of a changed file. Needs <see cref="SiteFolder"/> and <see cref="TimeProvider"/>.
    /// </summary>
    public static IHostApplicationBuilder AddSiteModel(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(static s => SiteModel.Open(
            s.GetRequiredService<SiteFolder>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SiteModel>>()));
        services.AddSingleton<IFacilitySource>(static s => s.GetRequiredService<SiteModel>());
        services.AddSingleton<IStartupCheck>(static s => s.GetRequiredService<SiteModel>());
        services.AddHostedService<SiteModelReload>();
        services.AddHealthChecks().AddCheck<SiteModelHealth>("facility", tags: ["ready"]);
        services.ConfigureHttpJsonOptions(static o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, SiteModelJson.Default));
        return builder;
    }

    /// <summary>Maps <c>/api/v1/facility</c>, <c>/api/v1/facility/status</c> and <c>/api/v1/points</c>.</summary>
    public static IEndpointRouteBuilder MapSiteModel(this IEndpointRouteBuilder routes)
    {
        FacilityApi.Map(routes);
        PointsApi.Map(routes);
        return routes;
    }
}
