using Microsoft.Extensions.DependencyInjection;

namespace Plantroom.Mqtt;

/// <summary>Makes clients and brokers of the library that was chosen when this was built: the switch <c>MqttLibrary</c> of
/// Directory.Build.props.</summary>
public static class MqttLibrary
{
    /// <summary>A client that is not connected yet.</summary>
    /// <param name="services">Where clock and log come from.</param>
    /// <param name="options">Which broker it connects to, and how.</param>
    /// <exception cref="ArgumentException">The options are wrong, see <see cref="MqttClientOptions.Problems"/>.</exception>
    public static IMqttClient CreateClient(IServiceProvider services, MqttClientOptions options) =>
#if MQTTNET
        ActivatorUtilities.CreateInstance<MqttNet.MqttNetClient>(services, options);
#else
        ActivatorUtilities.CreateInstance<MqttClient>(services, options);
#endif

    /// <summary>A broker that does not listen yet.</summary>
    /// <param name="services">Where clock, log and whatever else it needs come from.</param>
    /// <param name="options">Where it listens and what it takes on.</param>
    /// <exception cref="ArgumentException">The options are wrong, see <see cref="MqttBrokerOptions.Problems"/>.</exception>
    public static IMqttBroker CreateBroker(IServiceProvider services, MqttBrokerOptions options) =>
#if MQTTNET
        ActivatorUtilities.CreateInstance<MqttNet.MqttNetBroker>(services, options);
#else
        ActivatorUtilities.CreateInstance<MqttBroker>(services, options);
#endif
}
