using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Retention;

/// <summary>
/// Removes readings that are older than they are to be kept, in small transactions with pauses between them, so that commits wait for
/// one of them at most. The file does not shrink: its free pages are used again.
/// </summary>
internal sealed partial class CleanUp(
    HistoryWriter writer,
    IngestMetrics metrics,
    IOptions<IngestOptions> options,
    TimeProvider clock,
    ILogger<CleanUp> logger,
    IFacilitySource? facility = null) : BackgroundService
{
    /// <summary>Leaves the store to the commits for longer than a chunk takes.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(options.Value.CleanUpEvery, clock);
            do await RoundAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start goes on with what is left.
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        var model = facility?.Current;
        var round = new RemovalRound(clock.GetUtcNow().UtcDateTime, name => KeptFor.Of(name, options.Value, model));
        long total = 0;
        try
        {
            while (true)
            {
                var removed = writer.Upkeep(session => session.Removal.Run(round, options.Value.CleanUpChunk));
                metrics.Removed(removed);
                total += removed;
                if (round.IsDone) break;
                await Task.Delay(Pause, clock, cancellationToken);
            }

            if (total > 0) LogRemoved(total);
        }
        catch (SqliteException e)
        {
            // Commits meet the same trouble and raise it; what is left is removed in the next round.
            LogFailed(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed {Readings} readings that were kept as long as is set")]
    private partial void LogRemoved(long readings);

    [LoggerMessage(LogLevel.Warning, "Old readings could not be removed: {Reason}. It is tried again with the next round")]
    private partial void LogFailed(string reason);
}
