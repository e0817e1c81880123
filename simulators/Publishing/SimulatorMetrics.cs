using System.Diagnostics.Metrics;

namespace Plantroom.Simulators.Publishing;

/// <summary>Counts of the simulated devices.</summary>
internal sealed class SimulatorMetrics
{
    private readonly Counter<long> published;
    private readonly Counter<long> dropped;

    public SimulatorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Plantroom.Simulators");
        published = meter.CreateCounter<long>(
            "plantroom.simulators.published", "{message}", "Messages that the broker acknowledged.");
        dropped = meter.CreateCounter<long>(
            "plantroom.simulators.dropped", "{message}", "Messages that were given up, by reason.");
    }

    public void Published() => published.Add(1);

    public void Dropped(string reason, int messages = 1) =>
        dropped.Add(messages, new KeyValuePair<string, object?>("reason", reason));
}
