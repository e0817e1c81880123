using Quartz;

namespace Plantroom.Host.Jobs;

/// <summary>Looks at the schedules before anything starts.</summary>
internal sealed class JobCheck(IServiceProvider services) : IStartupCheck
{
    /// <summary>The jobs are made here, not before: a schedule comes from settings, and those are checked at the same time.</summary>
    public IEnumerable<StartupProblem> Check() =>
        from job in services.GetServices<RecurringJob>()
        where !CronExpression.TryParse(job.Cron, out _)
        select new StartupProblem(job.Setting, $"'{job.Cron}' is not a Quartz cron expression with seconds, such as 0 0 6 * * ? for daily at six");
}
