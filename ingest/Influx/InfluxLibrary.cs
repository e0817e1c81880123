using Microsoft.Extensions.DependencyInjection;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Influx;

/// <summary>
/// Keeps readings in InfluxDB through what was chosen when this was built: the switch <c>InfluxLibrary</c> of Directory.Build.props.
/// </summary>
internal static class InfluxLibrary
{
    /// <summary>Registers the remote store and the spool in front of it.</summary>
    public static IServiceCollection AddRemoteStore(this IServiceCollection services)
    {
        services.AddInfluxSettings();
#if INFLUXCLIENT
        services.AddSingleton<InfluxClient.ClientConnection>().AddSingleton<ILineReceiver, InfluxClient.ClientReceiver>();
        return services.AddSingleton<InfluxClient.ClientHistory>().AddSpool<InfluxClient.ClientHistory>();
#else
        return services.AddInflux().AddSpool<InfluxHistory>();
#endif
    }
}
