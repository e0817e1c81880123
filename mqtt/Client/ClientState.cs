using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Client;

/// <summary>What outlives the connections of a client.</summary>
internal sealed class ClientState(MqttClientOptions options, TimeProvider time, Outbox? outbox)
{
    public MqttClientOptions Options => options;

    public TimeProvider Time => time;

    public ClientCounters Counters { get; } = new();

    public ClientSubscriptions Subscriptions { get; } = new();

    public OutgoingMessages Outgoing { get; } = new(options, time, outbox);

    /// <summary>What the session holds of QoS 2.</summary>
    public ReceivedMessages Received { get; } = new();
}
