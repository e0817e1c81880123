using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// Delivers what is in the spool to the remote store: takes a turn whenever something was appended, came back, or is due. When the process
/// ends, what is in the spool stays there and is delivered after the next start.
/// </summary>
internal sealed class DeliveryService(Spool spool, Courier courier, DeliveryMonitor monitor, IngestMetrics metrics, TimeProvider clock)
    : BackgroundService
{
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await spool.Opened.WaitAsync(stoppingToken);
            metrics.ObserveSpool(() => monitor.Current, clock);
            await TakeTurnsAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await courier.EndAsync();
        }
    }

    private async Task TakeTurnsAsync(CancellationToken stop)
    {
        (spool.Book.Wake, courier.Wake) = (Wake, Wake);
        await using var timer = clock.CreateTimer(
            static service => ((DeliveryService)service!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (true)
        {
            timer.Change(courier.Turn(stop), Timeout.InfiniteTimeSpan);
            await wake.Reader.ReadAsync(stop);
        }
    }

    private void Wake() => wake.Writer.TryWrite(true);
}
