using System.Diagnostics.Metrics;

namespace Plantroom.Maintenance.Reminders;

/// <summary>Counts of preventive maintenance.</summary>
internal sealed class MaintenanceMetrics
{
    private readonly Counter<long> raised;
    private readonly Counter<long> withdrawn;
    private readonly Counter<long> completed;

    public MaintenanceMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Plantroom.Maintenance");
        raised = meter.CreateCounter<long>("plantroom.maintenance.raised", "{reminder}", "Reminders raised.");
        withdrawn = meter.CreateCounter<long>("plantroom.maintenance.withdrawn", "{reminder}", "Reminders that the site model no longer asks for.");
        completed = meter.CreateCounter<long>("plantroom.maintenance.completed", "{reminder}", "Reminders whose work was recorded as done.");
    }

    public void Raised(int count) => raised.Add(count);

    public void Withdrawn(int count) => withdrawn.Add(count);

    public void Completed() => completed.Add(1);
}
