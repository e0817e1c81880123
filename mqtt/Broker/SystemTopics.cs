using System.Globalization;
using System.Text;

namespace Plantroom.Mqtt.Broker;

/// <summary>What the broker says of itself below <c>$SYS/broker/</c>, retained, at an interval. Clients may not publish there.</summary>
internal sealed class SystemTopics : IDisposable
{
    private const string Root = "$SYS/broker/";

    private static readonly string Version = typeof(SystemTopics).Assembly.GetName().Version?.ToString(3) ?? "";

    private readonly BrokerState broker;
    private readonly long started;
    private readonly ITimer timer;

    public SystemTopics(BrokerState broker)
    {
        this.broker = broker;
        started = broker.Time.GetTimestamp();
        timer = broker.Time.CreateTimer(_ => Publish(), null, TimeSpan.Zero, broker.Options.SysInterval);
    }

    public static bool IsOne(ReadOnlySpan<byte> topic) => topic is [(byte)'$', ..] && topic.StartsWith("$SYS/"u8);

    public void Dispose() => timer.Dispose();

    private void Publish()
    {
        var counts = broker.Counters.Snapshot;
        Publish("version", $"Plantroom {Version}");
        Publish("uptime", $"{(long)broker.Time.GetElapsedTime(started).TotalSeconds} seconds");
        Publish("clients/connected", counts.Connections);
        Publish("clients/total", broker.Sessions.Count);
        Publish("messages/received", counts.Received);
        Publish("messages/sent", counts.Sent);
        Publish("messages/dropped", counts.Dropped);
        Publish("bytes/received", counts.BytesReceived);
        Publish("bytes/sent", counts.BytesSent);
        Publish("subscriptions/count", broker.Topics.Count);
        Publish("retained messages/count", broker.Retained.Count);
    }

    private void Publish(string name, long value) => Publish(name, value.ToString(CultureInfo.InvariantCulture));

    private void Publish(string name, string value)
    {
        var message = new OwnMessage(
            Encoding.UTF8.GetBytes(Root + name), Encoding.UTF8.GetBytes(value), default, MqttQos.AtMostOnce, Retain: true);
        _ = PublishAsync(message);
    }

    private async Task PublishAsync(OwnMessage message)
    {
        try
        {
            await LocalPublisher.PublishAsync(broker, message, waitForHandlers: false, CancellationToken.None);
        }
        catch (Delivery.HandlerException exception)
        {
            broker.Log.HandlerFailed("(this process)", exception.InnerException!);
        }
    }
}
