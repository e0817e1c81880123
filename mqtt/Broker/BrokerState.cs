using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Broker.Moderating;
using Plantroom.Mqtt.Broker.Security;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <summary>What the connections of one broker share.</summary>
internal sealed class BrokerState
{
    public BrokerState(MqttBrokerOptions options, TimeProvider time, ILogger logger, IMqttCredentials? credentials = null)
    {
        Options = options;
        Time = time;
        Logger = logger;
        Log = new BrokerLog(logger);
        Moderation = new Moderation(options.CoalesceInterval, time);
        Retained = new RetainedMessages(options.MaximumRetainedMessages, options.MaximumRetainedBytes, time);
        Queued = new QueuedBytes(options.MaximumQueuedBytes);
        Sessions = new Sessions(this);
        Doorkeeper = new Doorkeeper(options, credentials, Counters, time, Log);
    }

    public MqttBrokerOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public BrokerLog Log { get; }

    public SubscriptionTree Topics { get; } = new();

    public RetainedMessages Retained { get; }

    public Sessions Sessions { get; }

    public QueuedBytes Queued { get; }

    public Doorkeeper Doorkeeper { get; }

    public Counters Counters { get; } = new();

    /// <summary>Who waits for a tick while many messages come.</summary>
    public Moderation Moderation { get; }

    public RecentErrors Errors { get; } = new();

    /// <summary>What is kept on disk; null when everything is in memory only. Set before the broker listens.</summary>
    public BrokerStore? Store { get; set; }

    /// <summary>Keeps a message when it is to be retained, and finds who gets it.</summary>
    /// <param name="packet">The message.</param>
    /// <param name="pledge">What must be durable before it is acknowledged; made when there is something.</param>
    /// <exception cref="MqttException">Its topic is not a valid topic name.</exception>
    public TopicMatch Accept(in PublishPacket packet, ref Pledge? pledge)
    {
        var match = Topics.Match(packet.Topic);
        return packet.Retain ? Retain(packet, ref pledge) : match;
    }

    /// <summary>Keeps a message whose topic is valid, and finds who gets it.</summary>
    /// <param name="packet">The message.</param>
    /// <param name="pledge">As above.</param>
    public TopicMatch Retain(in PublishPacket packet, ref Pledge? pledge)
    {
        if (!Retained.Set(packet, ref pledge)) Log.RetainedIsFull(Retained.Count);

        // Looked up again: who has subscribed before it was kept is found now, who subscribes later finds it kept.
        return Topics.Match(packet.Topic);
    }

    public WaitGraph Waits { get; } = new();
}
