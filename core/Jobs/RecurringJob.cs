namespace Plantroom;

/// <summary>
/// A job that a module wants run on a schedule. The host keeps the schedules in Quartz's persistent store, so that a run that was
/// missed while the system was down is made up for: once, however many were missed.
/// </summary>
/// <param name="Name">Unique; names the job in the store, so it must not change between versions.</param>
/// <param name="JobType">A class that implements Quartz's <c>IJob</c>; created by the service provider for each run.</param>
/// <param name="Cron">Quartz cron expression with seconds, for example <c>0 * * * * ?</c> for each minute; in the time zone of the machine.</param>
/// <param name="Setting">The key of the setting that <paramref name="Cron"/> comes from; a wrong expression is named by it at start.</param>
public sealed record RecurringJob(string Name, Type JobType, string Cron, string Setting);
