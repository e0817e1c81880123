using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Tests.Delivery;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>The contract on the whole way of a served store: spool, delivery, a real InfluxDB, and what is remembered of it.</summary>
public sealed class ServedHistoryTests(SharedServers servers) : InfluxHistoryContract(servers)
{
    private readonly SemaphoreSlim turn = new(0);
    private SpoolRig? spool;
    private RememberingHistory? history;

    protected override IHistory History => history ??= new(base.History, Spool.Last, TimeProvider.System);

    private SpoolRig Spool => spool ??= new(receiver: Receiver);

    public override async ValueTask DisposeAsync()
    {
        spool?.Dispose();
        turn.Dispose();
        await base.DisposeAsync();
    }

    protected override async Task<Uri> UrlAsync() => (await Servers.InfluxAsync()).Url;

    protected override void Write(params Reading[] readings)
    {
        Spool.Commit(readings);
        Spool.Courier.Wake = () => turn.Release();
        for (Spool.Courier.Turn(Cancel); Spool.Spool.Book.Readings > 0; Spool.Courier.Turn(Cancel))
        {
            if (Spool.Courier.OnTheWay > 0) turn.Wait(Cancel);
            else Spool.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, Spool.Monitor.Current.Refused);
    }
}
