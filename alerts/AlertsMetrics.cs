using System.Diagnostics.Metrics;
using Plantroom.Alerts.Evaluation;

namespace Plantroom.Alerts;

/// <summary>The module's figures, meter <c>Plantroom.Alerts</c>.</summary>
internal sealed class AlertsMetrics
{
    public const string MeterName = "Plantroom.Alerts";

    private readonly Meter meter;
    private readonly Counter<long> transitions;
    private readonly Counter<long> commitFailures;

    public AlertsMetrics(IMeterFactory meters)
    {
        meter = meters.Create(MeterName);
        transitions = meter.CreateCounter<long>("plantroom.alerts.transitions", "{transition}", "Transitions of alarms, by event.");
        commitFailures = meter.CreateCounter<long>("plantroom.alerts.commit_failures", "{attempt}", "Attempts to store alarms that failed.");
    }

    /// <summary>Counts a transition.</summary>
    public void Transition(AlarmChange change) => transitions.Add(1, new KeyValuePair<string, object?>("event", change.Event.ToString()));

    /// <summary>Counts a commit that failed.</summary>
    public void CommitFailed() => commitFailures.Add(1);

    /// <summary>Shows the engine's own counts: it counts without a cost per reading.</summary>
    public void Show(Engine engine)
    {
        meter.CreateObservableCounter(
            "plantroom.alerts.readings.evaluated", () => engine.Counts.Evaluated, "{reading}", "Readings that rules were evaluated on.");
        meter.CreateObservableCounter(
            "plantroom.alerts.readings.skipped", () => Skipped(engine.Counts), "{reading}", "Readings with rules that were not evaluated.");
        meter.CreateObservableUpDownCounter(
            "plantroom.alerts.rules", () => engine.TrackCount, "{rule}", "Rules at equipment that are being evaluated.");
    }

    private static Measurement<long>[] Skipped(EngineCounts counts) =>
    [
        new(counts.Late, new KeyValuePair<string, object?>("reason", "late")),
        new(counts.OutOfOrder, new KeyValuePair<string, object?>("reason", "outOfOrder")),
        new(counts.Bad, new KeyValuePair<string, object?>("reason", "bad")),
    ];
}
