using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Influx;
using Plantroom.Ingest.InfluxClient;
using Plantroom.Ingest.Tests.Influx;

namespace Plantroom.Ingest.Tests.InfluxClient;

/// <summary>The contract of history through InfluxDB.Client, at a server that answers just what is asked here.</summary>
public sealed class ClientHistoryTests : HistoryContract
{
    private readonly FakeInflux server;
    private readonly ClientConnection connection;
    private readonly ClientReceiver receiver;
    private readonly ClientHistory history;
    private readonly LineProtocolWriter lines = new(corrections: true);

    public ClientHistoryTests()
    {
        server = FakeInflux.StartAsync().GetAwaiter().GetResult();
        new FakeFlux(server).Serve();
        var options = Options.Create(new InfluxOptions { Url = server.Url.ToString(), Org = "site", Bucket = "plantroom", Token = "secret" });
        connection = new(options, NullLogger<ClientConnection>.Instance);
        (receiver, history) = (new(connection), new(connection));
    }

    protected override IHistory History => history;

    protected override int Rounds => 10;

    protected override void Write(params Reading[] readings)
    {
        var text = new ArrayBufferWriter<byte>();
        lines.Write(readings, text);
        Assert.Equal([], receiver.WriteAsync(text.WrittenMemory, Cancel).GetAwaiter().GetResult().Refused);
    }

    protected override void Dispose(bool disposing)
    {
        connection.Dispose();
        server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }
}
