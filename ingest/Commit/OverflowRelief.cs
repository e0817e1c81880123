using Microsoft.Extensions.Hosting;

namespace Plantroom.Ingest.Commit;

/// <summary>Looks whether the store is stuck, on a thread that does not hang with it.</summary>
internal sealed class OverflowRelief(Overflow overflow, TimeProvider clock) : BackgroundService
{
    /// <summary>The longest that the gateway is held back at a time; it gathers what comes meanwhile into larger batches.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Every, clock);
            while (await timer.WaitForNextTickAsync(stoppingToken)) overflow.Relieve();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is held is stored or given up by the store's own stop.
        }
    }
}
