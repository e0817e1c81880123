using System.Diagnostics.Metrics;

namespace Plantroom.Host.Bus;

/// <summary>What the bus counts, meter <c>Plantroom.Bus</c>.</summary>
internal sealed class BusMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly Counter<long> published;
    private readonly Counter<long> received;
    private readonly Counter<long> rejected;
    private readonly Counter<long> refused;

    public BusMetrics(IMeterFactory meters)
    {
        meter = meters.Create("Plantroom.Bus");
        published = meter.CreateCounter<long>("plantroom.bus.published", "{message}", "Messages that the broker has taken over.");
        received = meter.CreateCounter<long>("plantroom.bus.received", "{message}", "Messages that came from the broker, repeated ones too.");
        rejected = meter.CreateCounter<long>("plantroom.bus.rejected", "{line}", "Lines or messages that could not be read.");
        refused = meter.CreateCounter<long>("plantroom.bus.refused", "{message}", "Messages that the broker did not take; they are sent again.");
    }

    public void Published(string bus) => published.Add(1, Tag("bus", bus));

    public void Received(string bus, string subscriber) => received.Add(1, Tag("bus", bus), Tag("subscriber", subscriber));

    public void Rejected(string bus, int lines) => rejected.Add(lines, Tag("bus", bus));

    public void Refused(string bus) => refused.Add(1, Tag("bus", bus));

    public void Dispose() => meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
