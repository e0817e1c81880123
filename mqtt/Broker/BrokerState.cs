using Microsoft.Extensions.Logging;

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

    public WaitGraph Waits { get; } = new();
}
