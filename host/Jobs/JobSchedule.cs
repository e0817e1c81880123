using Quartz;

namespace Plantroom.Host.Jobs;

/// <summary>
/// Puts the modules' jobs into Quartz's store before the scheduler starts. A job whose schedule has not changed keeps its stored trigger,
/// and with it the knowledge of when it should have run: what was missed while the system was down is made up for by one run.
/// </summary>
internal sealed class JobSchedule(ISchedulerFactory schedulers, IEnumerable<RecurringJob> jobs) : IHostedService
{
    private const string Group = "plantroom";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        foreach (var job in jobs) await ScheduleAsync(scheduler, job, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task ScheduleAsync(IScheduler scheduler, RecurringJob job, CancellationToken cancellationToken)
    {
        var key = new TriggerKey(job.Name, Group);
        if (await scheduler.GetTrigger(key, cancellationToken) is ICronTrigger stored && stored.CronExpressionString == job.Cron) return;

        var detail = JobBuilder.Create().OfType(job.JobType).WithIdentity(job.Name, Group).StoreDurably().Build();
        var trigger = TriggerBuilder.Create()
            .WithIdentity(key)
            .ForJob(detail)
            .WithCronSchedule(job.Cron, static cron => cron.WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            .Build();
        await scheduler.ScheduleJob(detail, trigger, ScheduleJobOptions.Replacing, cancellationToken);
    }
}
