using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// Asks the remote store after the start for the newest reading of every point of the site model, so that pages need not. The start does not
/// wait for it; a store that cannot be reached is asked again.
/// </summary>
internal sealed partial class LastValuesLoad(
    IHistory history, LastValues last, IFacilitySource facility, TimeProvider clock, ILogger<LastValuesLoad> logger) : BackgroundService
{
    private const int PointsOfAQuestion = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await LoadAsync(stoppingToken)) await Task.Delay(Pause, clock, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever asked for newest values was answered by the store so far.
        }
    }

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var points in facility.Current.Points.Select(static p => p.Id).Chunk(PointsOfAQuestion))
                await history.LastAsync(points, cancellationToken);
            last.Load([]);
            return true;
        }
        catch (HistoryUnavailableException e)
        {
            LogLater(e.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The newest readings could not be loaded from the store: {Reason}. It is asked again")]
    private partial void LogLater(string reason);
}
