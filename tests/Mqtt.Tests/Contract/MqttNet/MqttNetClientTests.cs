using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.MqttNet;

namespace Plantroom.Mqtt.Tests.Contract.MqttNet;

/// <summary>The adapter on the client of MQTTnet.</summary>
public sealed class MqttNetMaker : IClientMaker
{
    public static IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>
    {
        [Ability.ExactlyOnceAcrossConnections] = "MQTTnet's client forgets packet identifiers with the connection",
    };

    public static IMqttClient Create(MqttClientOptions options, ILogger log) =>
        new MqttNetClient(options, TimeProvider.System, new ForwardingLog<MqttNetClient>(log));
}

/// <summary>MQTTnet's client at the broker of this project.</summary>
public sealed class MqttNetClientAtOwnBrokerTests(OwnBroker broker) : ClientContract<MqttNetMaker, OwnBroker>(broker);

/// <summary>MQTTnet's client at a real Mosquitto.</summary>
public sealed class MqttNetClientAtMosquittoTests(MosquittoPeer broker) : ClientContract<MqttNetMaker, MosquittoPeer>(broker);
