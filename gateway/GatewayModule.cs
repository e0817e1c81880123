using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Plantroom.Gateway;

/// <summary>The gateway module: what it registers and serves.</summary>
public static class GatewayModule
{
    /// <summary>
    /// Registers the door for devices: subscribes to <c>plantroom/v1/in/#</c> at the embedded broker and publishes to
    /// <c>IBus&lt;ReadingBatch&gt;</c>, which it completes when it stops. Needs <see cref="SiteModelModule.AddSiteModel"/>, the broker and
    /// the bus. Health check <c>gateway</c>, settings <c>Gateway</c>, meter <c>Plantroom.Gateway</c>.
    /// </summary>
    public static IHostApplicationBuilder AddGateway(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        services.AddSingleton(new SettingsSection(GatewayOptions.Section, typeof(GatewayOptions)));
        services.AddSingleton<GatewayCounters>();
        services.AddSingleton<UnknownDevices>();
        services.AddSingleton<RejectionLog>();
        services.AddSingleton<MessageDecoder>();
        services.AddSingleton<ReadingCollector>();
        services.AddSingleton<DeviceDoor>();
        services.AddHostedService(static s => s.GetRequiredService<DeviceDoor>());
        services.AddHealthChecks().AddCheck<GatewayHealth>("gateway", tags: ["ready"]);
        services.ConfigureHttpJsonOptions(static o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, RejectionsJson.Default));
        return builder;
    }

    /// <summary>Maps <c>/api/v1/gateway/rejections</c>.</summary>
    public static IEndpointRouteBuilder MapGateway(this IEndpointRouteBuilder routes)
    {
        RejectionsApi.Map(routes);
        return routes;
    }
}
