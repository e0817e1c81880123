using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Plantroom.Ingest.Commit;

/// <summary>
/// Keeps what travels on the bus. Takes everything that is waiting into one transaction and only then says that it is kept; while it
/// cannot be stored, nothing is acknowledged and the publishers wait.
/// </summary>
/// <remarks>
/// <code>
/// bus -> queue -> [take what waits] -> [commit, until it works] -> Kept() -> next
/// </code>
/// There is no timer: a quiet system commits each batch at once, a busy one collects while the last commit runs.
/// </remarks>
internal sealed partial class IngestService(
    IBus<ReadingBatch> bus,
    IReadingKeeper keeper,
    IngestHealth health,
    IngestMetrics metrics,
    IOptions<IngestOptions> options,
    TimeProvider clock,
    ILogger<IngestService> logger) : BackgroundService
{
    private readonly CommitGroup group = new();
    private readonly CancellationTokenSource abandon = new();
    private CancellationToken abandoned;
    private IBusSubscription<ReadingBatch>? subscription;

    /// <summary>Subscribes and opens the store, so that who starts later finds both.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Kept as a token: the thread may still end its last commit when the service is already disposed.
        abandoned = abandon.Token;
        subscription = bus.Subscribe("ingest", options.Value.QueueCapacity, WhenFull.Wait, Finished.WhenKept);
        metrics.ObserveQueue(() => subscription.Depth);
        Try(keeper.Open);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Waits until the bus is complete and everything of it is stored; gives up when the token says so.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // How it ended is the host's to know, which watches the same task.
        var running = ExecuteTask ?? Task.CompletedTask;
        await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!running.IsCompleted)
        {
            LogAbandoned(subscription?.Depth ?? 0, group.Count);
            await abandon.CancelAsync();
        }

        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        abandon.Dispose();
    }

    /// <summary>Committing blocks on the disk, so it has a thread of its own rather than one of the pool's few.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run()
    {
        try
        {
            if (!UntilItWorks(keeper.Open)) return;
            while (WaitForMore())
            {
                Take();
                if (!UntilItWorks(Commit)) return;
                group.Kept();
            }
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            // Nothing that was not stored was acknowledged: the senders send it again.
        }
        finally
        {
            subscription!.Dispose();
            keeper.Close();
        }
    }

    private bool WaitForMore()
    {
        var waiting = subscription!.WaitAsync(abandoned);
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }

    private void Take()
    {
        while (group.HasRoom(options.Value.MaxCommit) && subscription!.TryTake() is { } batch) group.Add(batch);
    }

    private void Commit()
    {
        if (group.Count == 0) return;
        var started = clock.GetTimestamp();
        keeper.Commit(group);
        var took = clock.GetElapsedTime(started);
        metrics.Committed(group.Count, took);
        LogCommitted(group.Count, group.Batches.Count, took.TotalMilliseconds);
    }

    /// <summary>False when it was given up, which only a forced stop does.</summary>
    private bool UntilItWorks(Action action)
    {
        var delay = options.Value.RetryDelay;
        while (!Try(action))
        {
            if (abandoned.IsCancellationRequested) return false;
            Task.Delay(delay, clock, abandoned).GetAwaiter().GetResult();
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, Math.Max(options.Value.RetryDelayMax.Ticks, delay.Ticks)));
        }

        return true;
    }

    private bool Try(Action action)
    {
        try
        {
            action();
            if (health.Works()) LogWorks();
            return true;
        }
        catch (SqliteException e) when (!IsOurMistake(e))
        {
            metrics.Failed(e.SqliteErrorCode);
            if (health.Fails(e.Message)) LogFails(e.Message);
            return false;
        }
        catch (IOException e)
        {
            metrics.Failed(e.HResult);
            if (health.Fails(e.Message)) LogFails(e.Message);
            return false;
        }
    }

    /// <summary>Errors that no waiting mends are bugs: they stop the host rather than hide behind retries.</summary>
    private static bool IsOurMistake(SqliteException e) =>
        e.SqliteErrorCode is raw.SQLITE_MISUSE or raw.SQLITE_RANGE or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH;

    [LoggerMessage(LogLevel.Debug, "Stored {Readings} readings of {Batches} batches in {Milliseconds:F1} ms")]
    private partial void LogCommitted(int readings, int batches, double milliseconds);

    [LoggerMessage(LogLevel.Error, "Readings cannot be stored: {Reason}. Their senders wait; it is tried again until it works")]
    private partial void LogFails(string reason);

    [LoggerMessage(LogLevel.Information, "Readings are stored again")]
    private partial void LogWorks();

    [LoggerMessage(LogLevel.Warning, "Stopped with {Batches} batches waiting and {Readings} readings not stored; none of them was acknowledged")]
    private partial void LogAbandoned(int batches, int readings);
}
