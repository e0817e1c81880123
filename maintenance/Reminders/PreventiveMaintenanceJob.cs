using Quartz;

namespace Plantroom.Maintenance.Reminders;

/// <summary>The daily round.</summary>
internal sealed class PreventiveMaintenanceJob(ReminderRound round) : IJob
{
    /// <summary>Names the job in Quartz's store; must not change between versions.</summary>
    public const string Name = "preventive-maintenance";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await round.RunAsync(cancellationToken);
}
