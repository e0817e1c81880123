using Microsoft.Data.Sqlite;
using Quartz;

namespace Plantroom.Host.Jobs;

/// <summary>Quartz, with its store in the system's own database.</summary>
internal static class HostJobs
{
    public static void AddJobs(this IServiceCollection services, DataFolder data)
    {
        services.AddQuartz(quartz => quartz.UsePersistentStore(store =>
        {
            store.UseSqlite(SqliteFactory.Instance, $"Data Source={data.Database};Default Timeout=30");
            store.ProvisionSchema();
            store.UseSystemTextJsonSerializer();
        }));
        services.AddSingleton<IStartupCheck, JobCheck>();
        services.AddHostedService<JobSchedule>();
        services.AddQuartzHostedService(static options => options.WaitForJobsToComplete = true);
    }
}
