using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Broker;

/// <summary>What the connections of one broker share.</summary>
internal sealed class BrokerState
{
    public BrokerState(MqttBrokerOptions options, TimeProvider time, ILogger logger)
    {
        Options = options;
        Time = time;
        Logger = logger;
        Log = new BrokerLog(logger);
        Retained = new RetainedMessages(options.MaximumRetainedMessages, options.MaximumRetainedBytes, time);
        Sessions = new Sessions(this);
    }

    public MqttBrokerOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public BrokerLog Log { get; }

    public SubscriptionTree Topics { get; } = new();

    public RetainedMessages Retained { get; }

    public Sessions Sessions { get; }

    public Counters Counters { get; } = new();

    public RecentErrors Errors { get; } = new();

    /// <summary>Keeps a message when it is to be retained, and finds who gets it.</summary>
    /// <exception cref="MqttException">Its topic is not a valid topic name.</exception>
    public TopicMatch Accept(in PublishPacket packet)
    {
        var match = Topics.Match(packet.Topic);
        return packet.Retain ? Retain(packet) : match;
    }

    /// <summary>Keeps a message whose topic is valid, and finds who gets it.</summary>
    public TopicMatch Retain(in PublishPacket packet)
    {
        if (!Retained.Set(packet)) Log.RetainedIsFull(Retained.Count);

        // Looked up again: who has subscribed before it was kept is found now, who subscribes later finds it kept.
        return Topics.Match(packet.Topic);
    }

    public WaitGraph Waits { get; } = new();
}
