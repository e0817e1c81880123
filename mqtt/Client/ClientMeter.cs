using System.Diagnostics.Metrics;

namespace Plantroom.Mqtt.Client;

/// <summary>A client's counts as metrics of the meter Plantroom.Mqtt.Client, with the broker as a tag.</summary>
internal sealed class ClientMeter : IDisposable
{
    private readonly Meter meter;

    public ClientMeter(MqttClient client, ClientState state, Outbox? outbox)
    {
        meter = new Meter(
            "Plantroom.Mqtt.Client", version: null, [new("server", $"{state.Options.Host}:{state.Options.Port}")]);
        meter.CreateObservableUpDownCounter(
            "mqtt.client.connected", () => client.IsConnected ? 1 : 0, "{connection}", "Whether it is connected.");
        meter.CreateObservableCounter("mqtt.client.received", () => state.Counters.Received, "{message}", "PUBLISH received.");
        meter.CreateObservableCounter(
            "mqtt.client.sent", () => state.Counters.SentOnce + state.Outgoing.Sent, "{message}", "PUBLISH sent, again ones included.");
        meter.CreateObservableUpDownCounter(
            "mqtt.client.in_flight", () => state.Outgoing.InFlight, "{message}", "Messages sent and not acknowledged by the broker.");
        meter.CreateObservableCounter(
            "mqtt.client.reconnects", () => state.Counters.Reconnects, "{connection}", "Connections after the first one.");
        meter.CreateObservableUpDownCounter(
            "mqtt.client.queued", () => outbox?.Count ?? 0, "{message}", "Messages in the offline queue.");
        meter.CreateObservableCounter(
            "mqtt.client.dropped", () => outbox?.Dropped ?? 0, "{message}", "Messages of the offline queue that expired or were refused.");
    }

    public void Dispose() => meter.Dispose();
}
