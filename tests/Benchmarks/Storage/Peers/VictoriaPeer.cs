using Plantroom.TestKit.Influx;

namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>VictoriaMetrics on this machine, without its cache of answers.</summary>
internal sealed class VictoriaPeer : LinePeer
{
    private readonly VictoriaServer server;

    private VictoriaPeer(VictoriaServer server)
        : base(server.Url) => this.server = server;

    public override string Name => "victoriametrics";

    protected override string WritePath => "write?precision=n";

    public static async Task<VictoriaPeer> StartAsync() =>
        new(await VictoriaServer.StartAsync(["-search.maxPointsPerTimeseries=100000", "-search.disableCache", "-search.maxUniqueTimeseries=1000000"]));

    public override async Task SettleAsync(DateTime end)
    {
        await ReadAsync("internal/force_flush");
        await ReadAsync("internal/force_merge");
        var (size, same) = (0L, 0);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        while (same < 5 && await timer.WaitForNextTickAsync())
        {
            var now = Bytes();
            same = now == size ? same + 1 : 0;
            size = now;
        }
    }

    public override long Bytes() => Folder(server.Data);

    public override async Task<long> ExtremesAsync(PeerQuestion question)
    {
        var part = (long)(question.Range.Length / 500).TotalSeconds;
        return await RangeAsync(question, "min_over_time", part) + await RangeAsync(question, "max_over_time", part);
    }

    public override Task<long> AllAsync(PeerQuestion question) => ReadAsync(
        Text($"api/v1/export?match[]={Uri.EscapeDataString(Selector(question))}&start={Seconds(question.Range.From)}&end={Seconds(question.Range.To)}"));

    public override async Task<long> HoursAsync(PeerQuestion question) =>
        await RangeAsync(question, "avg_over_time", 3600) + await RangeAsync(question, "min_over_time", 3600) + await RangeAsync(question, "max_over_time", 3600);

    public override Task<long> NewestAsync(PeerQuestion question) => ReadAsync(
        $"api/v1/query?query={Uri.EscapeDataString($"last_over_time({Selector(question)}[1d])")}&time={Seconds(question.Range.To)}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DisposeAsync();
    }

    private static string Selector(PeerQuestion question) => $$"""equipment_{{question.Field}}{site="{{question.Site}}"}""";

    private Task<long> RangeAsync(PeerQuestion question, string function, long step)
    {
        var query = Uri.EscapeDataString($"{function}({Selector(question)}[{step}s])");
        return ReadAsync($"api/v1/query_range?query={query}&start={Seconds(question.Range.From.AddSeconds(step))}&end={Seconds(question.Range.To)}&step={step}s&nocache=1");
    }
}
