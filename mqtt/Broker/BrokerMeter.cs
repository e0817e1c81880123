using System.Diagnostics.Metrics;

namespace Plantroom.Mqtt.Broker;

/// <summary>The broker's counts as metrics of the meter Plantroom.Mqtt.</summary>
internal sealed class BrokerMeter : IDisposable
{
    private readonly Meter meter = new("Plantroom.Mqtt");

    public BrokerMeter(BrokerState broker)
    {
        meter.CreateObservableUpDownCounter(
            "mqtt.connections", () => broker.Counters.Snapshot.Connections, "{connection}", "Clients connected.");
        meter.CreateObservableUpDownCounter("mqtt.sessions", () => broker.Sessions.Count, "{session}", "Sessions kept.");
        meter.CreateObservableUpDownCounter("mqtt.retained", () => broker.Retained.Count, "{message}", "Retained messages.");
        meter.CreateObservableUpDownCounter("mqtt.queued_bytes", () => broker.Queued.Count, "By", "Messages that wait for subscribers.");
        meter.CreateObservableCounter(
            "mqtt.store_failures", () => broker.Store?.Failures ?? 0, "{attempt}", "Attempts to write to the file that have failed.");
        meter.CreateObservableCounter("mqtt.received", () => broker.Counters.Snapshot.Received, "{message}", "PUBLISH received.");
        meter.CreateObservableCounter("mqtt.sent", () => broker.Counters.Snapshot.Sent, "{message}", "PUBLISH sent.");
        meter.CreateObservableCounter(
            "mqtt.dropped", () => broker.Counters.Snapshot.Dropped, "{message}", "Messages dropped because a subscriber's queue was full.");
        meter.CreateObservableCounter(
            "mqtt.unauthorized", () => broker.Counters.Snapshot.Unauthorized, "{message}", "PUBLISH that the client may not send.");
        meter.CreateObservableCounter("mqtt.bytes_received", () => broker.Counters.Snapshot.BytesReceived, "By", "Bytes from clients.");
        meter.CreateObservableCounter("mqtt.bytes_sent", () => broker.Counters.Snapshot.BytesSent, "By", "Bytes to clients.");
        meter.CreateObservableCounter(
            "mqtt.protocol_errors", () => broker.Counters.Snapshot.ProtocolErrors, "{connection}", "Connections ended for what they sent.");
        meter.CreateObservableCounter(
            "mqtt.failed_logins", () => broker.Counters.Snapshot.FailedLogins, "{connection}", "Clients refused for who they said they are.");
        meter.CreateObservableCounter(
            "mqtt.throttled_logins", () => broker.Counters.Snapshot.ThrottledLogins, "{connection}", "Clients refused unseen after failed logins.");
    }

    public void Dispose() => meter.Dispose();
}
