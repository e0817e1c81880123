using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Plantroom.Host.Jobs;
using Plantroom.TestKit;
using Quartz;

namespace Plantroom.Host.Tests.Jobs;

/// <summary>Real Quartz on a real database: what it remembers over a downtime.</summary>
public sealed class JobScheduleTests : IDisposable
{
    private const string EachMorning = "0 0 6 * * ?";
    private static readonly TriggerKey Key = new("morning", "plantroom");
    private readonly TempFolder folder = new();
    private readonly Runs runs = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        folder.Dispose();
    }

    [Fact]
    public async Task Downtime_OfNinetyMissedRuns_IsMadeUpForByOne()
    {
        await using (await StartAsync(EachMorning, run: false))
        {
        }

        SetNextRun(TimeProvider.System.GetUtcNow().AddDays(-90));

        await using var session = await StartAsync(EachMorning, run: true);
        await runs.First.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await session.RunOnceAsync();
        await runs.Marker.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        var trigger = await session.TriggerAsync();
        Assert.InRange(trigger.NextFireTimeUtc!.Value, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1.1));
        Assert.Equal(1, runs.Count);
    }

    [Fact]
    public async Task Start_WithTheSameSchedule_KeepsWhatIsStored()
    {
        await using (await StartAsync(EachMorning, run: false))
        {
        }

        var missed = TimeProvider.System.GetUtcNow().AddDays(-90);
        SetNextRun(missed);

        await using var session = await StartAsync(EachMorning, run: false);
        Assert.Equal(missed, (await session.TriggerAsync()).NextFireTimeUtc);
    }

    [Fact]
    public async Task Start_WithAnotherSchedule_TakesItOver()
    {
        await using (await StartAsync(EachMorning, run: false))
        {
        }

        await using var session = await StartAsync("0 30 7 * * ?", run: false);
        var trigger = Assert.IsType<ICronTrigger>(await session.TriggerAsync(), exactMatch: false);
        Assert.Equal("0 30 7 * * ?", trigger.CronExpressionString);
    }

    private async Task<Session> StartAsync(string cron, bool run)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(runs).AddTransient<CountingJob>().AddTransient<MarkerJob>();
        services.AddSingleton(new RecurringJob(Key.Name, typeof(CountingJob), cron, "Morning:Cron"));
        services.AddJobs(new DataFolder(folder.Path));
        var provider = services.BuildServiceProvider();
        var session = new Session(provider, await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken));
        await ActivatorUtilities.CreateInstance<JobSchedule>(provider).StartAsync(TestContext.Current.CancellationToken);
        if (run) await session.Scheduler.Start(TestContext.Current.CancellationToken);
        return session;
    }

    private void SetNextRun(DateTimeOffset time)
    {
        using var connection = new SqliteConnection($"Data Source={new DataFolder(folder.Path).Database}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE QRTZ_TRIGGERS SET NEXT_FIRE_TIME = $time";
        command.Parameters.AddWithValue("$time", time.UtcTicks);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    /// <summary>The system from one start to the next stop.</summary>
    private sealed record Session(ServiceProvider Services, IScheduler Scheduler) : IAsyncDisposable
    {
        public async Task<ITrigger> TriggerAsync() =>
            await Scheduler.GetTrigger(Key, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("There is no trigger.");

        /// <summary>Asks for something to run now: whatever was due earlier comes before it.</summary>
        public async Task RunOnceAsync()
        {
            var job = JobBuilder.Create().OfType<MarkerJob>().WithIdentity("marker").Build();
            var now = TriggerBuilder.Create().WithIdentity("marker").StartNow().Build();
            await Scheduler.ScheduleJob(job, now, new ScheduleJobOptions(), TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await Scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
            await Services.DisposeAsync();
        }
    }

    internal sealed class Runs
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Marker { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add()
        {
            Interlocked.Increment(ref count);
            First.TrySetResult();
        }
    }

    internal sealed class CountingJob(Runs runs) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            runs.Add();
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class MarkerJob(Runs runs) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            runs.Marker.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
