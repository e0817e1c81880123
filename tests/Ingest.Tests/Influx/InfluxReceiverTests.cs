using System.Globalization;
using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Influx;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>What becomes of lines at a real InfluxDB 1.6.</summary>
public sealed class InfluxReceiverTests(SharedServers servers) : IDisposable
{
    private readonly string database = $"t{Guid.NewGuid():N}";
    private InfluxRig? rig;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => rig?.Dispose();

    [Fact]
    public async Task Write_NoDatabase_IsMade()
    {
        await StartAsync();
        var receipt = await rig!.WriteAsync("m,site=s v=1 1", "m,site=s v=2 2");
        Assert.Null(receipt.Away);
        Assert.Empty(receipt.Refused);
        Assert.Contains("[1,1],[2,2]", await QueryAsync("SELECT v FROM m"), StringComparison.Ordinal);
        Assert.Contains(rig.Logged, l => l.StartsWith($"Made database {database}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_NoDatabaseAndNoneIsToBeMade_IsNotNow()
    {
        await StartAsync(o => o.CreateMissing = false);
        var receipt = await rig!.WriteAsync("m v=1 1");
        Assert.Contains("database not found", receipt.Away, StringComparison.Ordinal);
        Assert.Contains(rig.ReceiverLog.From(LogLevel.Error), l => l.Text.Contains("database not found", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_NewDatabaseWithRetention_KeepsReadingsAsLong()
    {
        await StartAsync(o => (o.RetentionPolicy, o.Retention) = ("years", TimeSpan.FromDays(400)));
        Assert.Null((await rig!.WriteAsync($"m v=1 {Now()}")).Away);
        Assert.Contains("[\"years\",\"9600h0m0s\",\"168h0m0s\",1,true]", await QueryAsync("SHOW RETENTION POLICIES"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_NoRetentionPolicy_IsMadeAndNothingElseIsTouched()
    {
        await StartAsync(o => o.RetentionPolicy = "own \"policy\"");
        await (await servers.InfluxAsync()).QueryAsync($"CREATE DATABASE {database} WITH DURATION 7d", "", Cancel);
        Assert.Null((await rig!.WriteAsync("m v=1 1")).Away);
        Assert.Contains("\"autogen\",\"168h0m0s\"", await QueryAsync("SHOW RETENTION POLICIES"), StringComparison.Ordinal);
        Assert.Contains("[1,1]", await QueryAsync("SELECT v FROM \"own \\\"policy\\\"\".m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_BadLines_AreNamedAndTheOthersStored()
    {
        await StartAsync();
        var receipt = await rig!.WriteAsync("m v=1 1", "m v= 2", "m,x v=3 3", "m v=4 4", "it's': odd v=1x 5", "m v=6 6", "m v=1 99999999999999999999");
        Assert.Null(receipt.Away);
        Assert.Equal(["m v= 2", "m,x v=3 3", "it's': odd v=1x 5", "m v=1 99999999999999999999"], receipt.RefusedTexts());
        Assert.Equal("missing tag value", receipt.Refused[1].Reason);
        Assert.All(receipt.Refused, r => Assert.DoesNotContain("dropped", r.Reason, StringComparison.Ordinal));
        Assert.Contains("[1,1],[4,4],[6,6]", await QueryAsync("SELECT v FROM m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ManyBadLines_CostFewRequests()
    {
        await using var server = await InfluxServer.StartAsync(new() { LogRequests = true }, Cancel);
        rig = new(server.Url, database);
        var receipt = await rig.WriteAsync(Enumerable.Range(1, 5000).Select(i => i % 5 == 0 ? $"m v={i} {i}" : $"m,site=longer_than_it_should_be v={i}x {i}"));
        Assert.Null(receipt.Away);
        Assert.Equal(4000, receipt.Refused.Count);
        Assert.Contains("1000", await server.QueryAsync("SELECT count(v) FROM m", database, Cancel), StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count(r => r.Contains("/write", StringComparison.Ordinal)), 2, 4);
    }

    [Fact]
    public async Task Write_OtherTypeThanBefore_IsRefusedWithTheReasonAndTheOthersStored()
    {
        await StartAsync();
        await rig!.WriteAsync("m,site=s v=\"text\",w=1 1", "n v=1 1");
        var receipt = await rig.WriteAsync("m,site=s w=2 2", "m,site=s w=3,v=1 3", "n v=4 4", "m,site=t v=5 5", "n v=6 6");
        Assert.Equal(["m,site=s w=3,v=1 3", "m,site=t v=5 5"], receipt.RefusedTexts().Order(StringComparer.Ordinal));
        Assert.All(receipt.Refused, r => Assert.Contains("already exists as type string", r.Reason, StringComparison.Ordinal));
        Assert.Contains("[1,1],[4,4],[6,6]", await QueryAsync("SELECT v FROM n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_EveryLineOfAnotherType_CostsFewRequests()
    {
        await using var server = await InfluxServer.StartAsync(new() { LogRequests = true }, Cancel);
        rig = new(server.Url, database);
        await rig.WriteAsync("m,site=s a=\"text\" 1", "m,site=s b=\"text\" 1");
        var receipt = await rig.WriteAsync(Enumerable.Range(1, 5000).Select(i => $"m,site=s {(i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c")}={i} {i}"));
        Assert.Equal(1666 + 1667, receipt.Refused.Count);
        Assert.Contains("1667", await server.QueryAsync("SELECT count(c) FROM m", database, Cancel), StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count(r => r.Contains("/write", StringComparison.Ordinal)), 3, 12);
    }

    [Fact]
    public async Task Write_OlderThanTheServerKeeps_IsRefusedAndTheOthersStored()
    {
        await StartAsync(o => o.Retention = TimeSpan.FromHours(2));
        var now = Now();
        await rig!.WriteAsync($"m v=0 {now}");
        var old = Enumerable.Range(1, 500).Select(i => $"m v={i} {i}").ToArray();
        var receipt = await rig.WriteAsync([.. old, .. Enumerable.Range(1, 500).Select(i => $"m v={i} {now + i}")]);
        Assert.Equal(old, receipt.RefusedTexts().OrderBy(l => int.Parse(l.Split(' ')[2], CultureInfo.InvariantCulture)));
        Assert.Contains("[0,501]", await QueryAsync("SELECT count(v) FROM m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_Packed_IsStoredAlike()
    {
        await StartAsync(o => o.Gzip = InfluxGzip.On);
        for (var round = 0; round < 3; round++)
        {
            var count = 3000 / (round + 1);
            Assert.Null((await rig!.WriteAsync(Enumerable.Range(1, count).Select(i => $"m{round} v={i} {i}"))).Away);
            Assert.Contains($"[0,{count}]", await QueryAsync($"SELECT count(v) FROM m{round}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Write_MoreThanTheServerTakesAtOnce_IsSplitNowAndLater()
    {
        await using var server = await InfluxServer.StartAsync(new() { LogRequests = true, MaxBody = 10_000 }, Cancel);
        rig = new(server.Url, database);
        var large = $"m s=\"{new string('x', 12_000)}\" 9";
        var receipt = await rig.WriteAsync([.. Enumerable.Range(1, 3000).Select(i => $"m v={i} {i}"), large]);
        Assert.Null(receipt.Away);
        Assert.Equal([large], receipt.RefusedTexts());
        var before = server.Requests.Count(r => r.Contains(" 413 ", StringComparison.Ordinal));
        Assert.Null((await rig.WriteAsync(Enumerable.Range(3001, 3000).Select(i => $"m v={i} {i}"))).Away);
        Assert.Contains("[0,6000]", await server.QueryAsync("SELECT count(v) FROM m", database, Cancel), StringComparison.Ordinal);
        Assert.Equal(before, server.Requests.Count(r => r.Contains(" 413 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Write_RefusedBeforeAllOfItIsSent_KnowsWhy()
    {
        await using var server = await InfluxServer.StartAsync(new() { MaxBody = 3_000_000 }, Cancel);
        rig = new(server.Url, database);
        var large = Enumerable.Range(1, 50_000).Select(i => $"volumes,site=site,equipment=equipment value=1234567.25 {i}").ToArray();
        Assert.Null((await rig.WriteAsync(large[..40_000])).Away);
        Assert.Contains(rig.Logged, l => l.StartsWith("Made database", StringComparison.Ordinal));
        var receipts = new[] { await rig.WriteAsync(large), await rig.WriteAsync(large) };
        Assert.Null(receipts[1].Away);
        Assert.Contains("[0,50000]", await server.QueryAsync("SELECT count(value) FROM volumes", database, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_Cancelled_Throws()
    {
        await StartAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig!.Receiver.WriteAsync("m v=1 1"u8.ToArray(), new(canceled: true)));
    }

    private static long Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private async Task StartAsync(Action<InfluxOptions>? set = null) => rig = new((await servers.InfluxAsync()).Url, database, set);

    private async Task<string> QueryAsync(string influxQl) => await (await servers.InfluxAsync()).QueryAsync(influxQl, database, Cancel);
}
