using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plantroom.Energy.Balance;
using Plantroom.Energy.Consumption;
using Plantroom.Energy.Meters;

namespace Plantroom.Energy;

/// <summary>The energy module: what the meters of a site counted, and what of it no sub-meter saw.</summary>
/// <remarks>
/// Keeps nothing and subscribes to nothing: it asks <see cref="IHistory"/> for the counters of the meters that
/// <see cref="IFacilitySource"/> has.
/// </remarks>
public static class EnergyModule
{
    /// <summary>Registers the module.</summary>
    public static IHostApplicationBuilder AddEnergy(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<EnergyOptions>().BindConfiguration(EnergyOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EnergyOptions>, EnergyOptionsValidator>();
        services.AddSingleton(new SettingsSection(EnergyOptions.Section, typeof(EnergyOptions)));
        services.AddSingleton<MeterRegister>();
        services.AddSingleton<MeterReader>();
        return builder;
    }

    /// <summary>Maps the module's endpoints.</summary>
    public static IEndpointRouteBuilder MapEnergy(this IEndpointRouteBuilder routes)
    {
        ConsumptionApi.Map(routes);
        BalanceApi.Map(routes);
        return routes;
    }
}
