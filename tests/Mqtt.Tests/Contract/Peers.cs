using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>The broker of this project.</summary>
public sealed class OwnBroker : BrokerPeer
{
    private TestBroker? broker;

    protected override async Task<int> StartAsync() => (broker = await TestBroker.StartAsync()).Port;

    protected override async ValueTask StopAsync()
    {
        if (broker is not null) await broker.DisposeAsync();
    }
}

/// <summary>A real Mosquitto.</summary>
public sealed class MosquittoPeer : BrokerPeer
{
    private MosquittoBroker? broker;

    public override IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>
    {
        [Ability.ExactlyOnceWhileResuming] =
            "Mosquitto 2.0.11 sends PUBLISH after PUBREL when a connection is lost before it has sent all PUBRELs again",
        [Ability.ReceiveMaximumThroughout] = "Mosquitto 2.0.11 sends one message too many after an acknowledgement",
    };

    protected override async Task<int> StartAsync()
    {
        broker = await MosquittoBroker.StartAsync(["max_queued_messages 0", "max_inflight_messages 0"], TestContext.Current.CancellationToken);
        return broker.Port;
    }

    protected override async ValueTask StopAsync()
    {
        if (broker is not null) await broker.DisposeAsync();
    }
}
