using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.MqttNet;

namespace Plantroom.Mqtt.Tests.Contract.MqttNet;

/// <summary>The adapter on the server of MQTTnet.</summary>
public sealed class MqttNetBrokerMaker : IBrokerMaker
{
    public static IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>
    {
        [Ability.ExactlyOnceAcrossConnections] = "MQTTnet's server routes a QoS 2 message that is sent again once more",
        [Ability.SharedSubscriptions] = "MQTTnet's server refuses $share",
        [Ability.MessageExpiry] = "MQTTnet's server forwards the interval as it came and never drops a message for it",
        [Ability.WillDelay] = "MQTTnet's server publishes a will at once",
        [Ability.EmptyLevels] = "MQTTnet's server does not match + with an empty level",
        [Ability.DuplicateFlag] = "MQTTnet's server delivers again under a new packet identifier, without DUP",
        [Ability.EndOfTakenOverSession] = "MQTTnet's server resumes the session of the client that was taken over, also when it is not kept",
        [Ability.KeepAlive] = "MQTTnet's server looks for silent clients by a clock of its own, which is not waited for here",
        [Ability.OrderedSuback] = "MQTTnet's server answers the filters of one SUBSCRIBE by QoS",
        [Ability.DisconnectWithWill] = "MQTTnet's server publishes no will after DISCONNECT, whatever its reason",
        [Ability.ReceiveMaximum] = "MQTTnet's server does not ask how much the client takes",
    };

    public static IMqttBroker Create(MqttBrokerOptions options, ILogger log) =>
        new MqttNetBroker(options, TimeProvider.System, new ForwardingLog<MqttNetBroker>(log));
}

/// <summary>MQTTnet's server as a peer.</summary>
public sealed class MqttNetPeer : BrokerPeer
{
    private readonly RecordingLog<IMqttBroker> log = new();
    private IMqttBroker? broker;

    public override IReadOnlyDictionary<Ability, string> Lacks => MqttNetBrokerMaker.Lacks;

    public override IReadOnlySet<string> Tolerates { get; } = new HashSet<string> { "a SUBSCRIBE with wrong flags" };

    protected override async Task<int> StartAsync()
    {
        broker = MqttNetBrokerMaker.Create(new MqttBrokerOptions { Port = 0 }, log);
        await broker.StartAsync(TestContext.Current.CancellationToken);
        return broker.EndPoint.Port;
    }

    protected override async ValueTask StopAsync()
    {
        if (broker is not null) await broker.DisposeAsync();
        Assert.Empty(log.Errors);
    }
}

/// <summary>MQTTnet's server, packet by packet.</summary>
public sealed class MqttNetBrokerPacketTests(MqttNetPeer broker) : BrokerContract<MqttNetPeer>(broker);

/// <summary>MQTTnet's server within the process.</summary>
public sealed class MqttNetBrokerEmbeddedTests : EmbeddedContract<MqttNetBrokerMaker>;

/// <summary>The client of this project at MQTTnet's server.</summary>
public sealed class OwnClientAtMqttNetBrokerTests(MqttNetPeer broker) : ClientContract<OwnClient, MqttNetPeer>(broker);

/// <summary>MQTTnet's client at MQTTnet's server.</summary>
public sealed class MqttNetClientAtMqttNetBrokerTests(MqttNetPeer broker) : ClientContract<MqttNetMaker, MqttNetPeer>(broker);
