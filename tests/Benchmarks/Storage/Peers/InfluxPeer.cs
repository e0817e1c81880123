using Plantroom.TestKit.Influx;

namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>InfluxDB 1.x on this machine. Its answers are read as CSV.</summary>
internal sealed class InfluxPeer : LinePeer
{
    private readonly InfluxServer server;

    private InfluxPeer(InfluxServer server)
        : base(server.Url)
    {
        this.server = server;
        Http.DefaultRequestHeaders.Add("Accept", "application/csv");
    }

    public override string Name => "influxdb";

    protected override string WritePath => "write?db=bench&precision=n";

    public static async Task<InfluxPeer> StartAsync()
    {
        // Cold data is merged after 20 s rather than four hours.
        var server = await InfluxServer.StartAsync(new()
        {
            Data = "compact-full-write-cold-duration = \"20s\"\n  cache-snapshot-write-cold-duration = \"5s\"",
        });
        await server.QueryAsync("CREATE DATABASE bench");
        return new(server);
    }

    /// <summary>Its merging has come to an end when its folder stays the same for as long as it waits for cold data.</summary>
    public override async Task SettleAsync(DateTime end)
    {
        var (size, same) = (0L, 0);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (same < 8 && await timer.WaitForNextTickAsync())
        {
            var now = Bytes();
            same = now == size ? same + 1 : 0;
            size = now;
        }
    }

    public override long Bytes() => Folder(server.Data);

    public override Task<long> ExtremesAsync(PeerQuestion question) => AskAsync(
        question, f => Text($"min({f}), max({f})"), Text($"GROUP BY equipment, time({(long)(question.Range.Length / 500).TotalSeconds}s)"));

    public override Task<long> AllAsync(PeerQuestion question) => AskAsync(question, static f => f, "GROUP BY equipment");

    public override Task<long> HoursAsync(PeerQuestion question) =>
        AskAsync(question, static f => $"mean({f}), min({f}), max({f})", "GROUP BY equipment, time(1h)");

    public override Task<long> NewestAsync(PeerQuestion question) => AskAsync(question, static f => $"last({f})", "GROUP BY equipment");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }

    private Task<long> AskAsync(PeerQuestion question, Func<string, string> select, string group)
    {
        var range = $"time >= {Seconds(question.Range.From)}s AND time < {Seconds(question.Range.To)}s";
        var influxQl = $"SELECT {select(question.Field)} FROM equipment WHERE site = '{question.Site}' AND {range} {group}";
        return ReadAsync($"query?db=bench&epoch=ms&chunked=true&chunk_size=20000&q={Uri.EscapeDataString(influxQl)}");
    }
}
