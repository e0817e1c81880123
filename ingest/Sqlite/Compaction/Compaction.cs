using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>
/// Packs the readings of the past into chunks and sums them up, in small transactions with pauses between them, so that commits wait for one
/// of them at most.
/// </summary>
internal sealed partial class Compaction(
    HistoryWriter writer,
    StorageGrowth growth,
    CompactionMetrics metrics,
    IOptions<IngestOptions> options,
    TimeProvider clock,
    ILogger<Compaction> logger,
    IFacilitySource? facility = null) : BackgroundService
{
    /// <summary>
    /// Beyond <see cref="IngestOptions.CompactAfter"/>: a point that sends little is packed a few times a day rather than every round.
    /// </summary>
    private static readonly TimeSpan Wait = TimeSpan.FromHours(6);

    /// <summary>A point that has as many readings to pack does not wait. About what makes a chunk that is worth its row.</summary>
    private const int Enough = 1024;

    /// <summary>The shortest pause; beyond it, the commits get twice the time that a transaction took.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly HashSet<long> damaged = [];

    /// <summary>Runs one round over all points.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        var round = NewRound();
        while (!round.IsDone)
        {
            var started = clock.GetTimestamp();
            var from = round.Point;
            try
            {
                var closed = writer.Upkeep(session => session.Closing.Run(round, ClosingBudget.Default, damaged, clock));
                metrics.Closed(closed, clock.GetElapsedTime(started));
            }
            catch (InvalidDataException e)
            {
                // The transaction is undone; it is done again without the point.
                damaged.Add(round.Point);
                LogDamaged(round.Point, e.Message);
                (round.Point, round.IsDone) = (from, false);
            }

            if (!round.IsDone) await Task.Delay(Longer(clock.GetElapsedTime(started) * 2), clock, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(options.Value.CompactEvery, clock);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TryRoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Each transaction is complete; the next start goes on with what is left.
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause > Pause ? pause : Pause;

    private async Task TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RoundAsync(cancellationToken);
            growth.Measure();
        }
        catch (SqliteException e)
        {
            // Commits meet the same trouble and raise it.
            LogFailed(e.Message);
        }
    }

    private ClosingRound NewRound()
    {
        var before = StoredPeriod.FloorQuarter(StoredTime.ToMilliseconds(clock.GetUtcNow().UtcDateTime - options.Value.CompactAfter));
        var model = facility?.Current;
        return new(new(before, before - (long)Wait.TotalMilliseconds, Enough), name => PointTraits.Of(name, model));
    }

    [LoggerMessage(LogLevel.Error, "The packed readings of point {Point} are damaged: {Reason}. They stay as they are; 'plantroom check' tells more")]
    private partial void LogDamaged(long point, string reason);

    [LoggerMessage(LogLevel.Warning, "The past could not be packed: {Reason}. It is tried again with the next round")]
    private partial void LogFailed(string reason);
}
