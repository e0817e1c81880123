using Plantroom.Ingest.Influx;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>A server that is away, hangs or comes back, and one that asks who we are.</summary>
public sealed class InfluxOutageTests : IDisposable
{
    private readonly string database = $"t{Guid.NewGuid():N}";
    private readonly TestKit.TempFolder folder = new();
    private InfluxRig? rig;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        rig?.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Write_KilledAndBack_IsTakenAgain()
    {
        await using var server = await InfluxServer.StartAsync(null, Cancel);
        rig = new(server.Url, database);
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        await server.KillAsync();
        var receipt = await rig.WriteAsync("m v=2 2");
        Assert.Contains("refused", receipt.Away, StringComparison.OrdinalIgnoreCase);
        await server.StartAgainAsync(Cancel);
        Assert.Null((await rig.WriteAsync("m v=2 2")).Away);
        Assert.Contains("[1,1],[2,2]", await server.QueryAsync("SELECT v FROM m", database, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_HangingServer_GivesUpAfterTheTimeout()
    {
        await using var server = await InfluxServer.StartAsync(null, Cancel);
        rig = new(server.Url, database, o => o.Timeout = TimeSpan.FromMilliseconds(300));
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        server.Freeze();
        var receipt = await rig.WriteAsync("m v=2 2");
        server.Thaw();
        Assert.Contains("no answer within 0.3 s", receipt.Away, StringComparison.Ordinal);
        await TestKit.Eventually.True(() => rig.WriteAsync("m v=3 3").GetAwaiter().GetResult().Away is null, "taken again", Cancel);
    }

    [Fact]
    public async Task Write_DatabaseRemovedMeanwhile_IsMadeAgain()
    {
        await using var server = await InfluxServer.StartAsync(null, Cancel);
        rig = new(server.Url, database);
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        await server.QueryAsync($"DROP DATABASE {database}", "", Cancel);
        Assert.Null((await rig.WriteAsync("m v=2 2")).Away);
        Assert.Contains("[[2,2]]", await server.QueryAsync("SELECT v FROM m", database, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WrongPassword_IsNotNowLoudAndNeverTold()
    {
        await using var server = await InfluxServer.StartAsync(new() { Administrator = ("root", "Geheim:&%+ 1") }, Cancel);
        var file = Secret("geheim2-falsch");
        rig = new(server.Url, database, o => (o.UserName, o.PasswordFile) = ("root", file));
        var receipt = await rig.WriteAsync("m v=1 1");
        Assert.Contains("does not let us in: 401", receipt.Away, StringComparison.Ordinal);
        await rig.WriteAsync("m v=1 1");
        Assert.Single(rig.ReceiverLog.From(Microsoft.Extensions.Logging.LogLevel.Error));
        await File.WriteAllTextAsync(file, "Geheim:&%+ 1\n", Cancel);
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        Assert.Contains(rig.Logged, l => l.Contains("takes readings again", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Logged.Append(receipt.Away), l => l!.Contains("eheim", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Write_UserWhoMayOnlyWrite_NeedsNothingMore()
    {
        await using var server = await InfluxServer.StartAsync(new() { Administrator = ("root", "r") }, Cancel);
        await server.QueryAsync($"CREATE DATABASE {database}; CREATE USER w WITH PASSWORD 'pw'; CREATE USER x WITH PASSWORD 'pw'; GRANT WRITE ON {database} TO w", "", Cancel);
        rig = new(server.Url, database, o => (o.UserName, o.Password) = ("w", "pw"));
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        using var other = new InfluxRig(server.Url, database, o => (o.UserName, o.Password) = ("x", "pw"));
        Assert.Contains("does not let us in: 403", (await other.WriteAsync("m v=1 1")).Away, StringComparison.Ordinal);
        using var without = new InfluxRig(server.Url, "another", o => (o.UserName, o.Password) = ("w", "pw"));
        Assert.Matches("does not let us in: 403|database not found", (await without.WriteAsync("m v=1 1")).Away!);
    }

    private string Secret(string text)
    {
        var file = folder.File("secret");
        File.WriteAllText(file, text + "\n");
        return file;
    }
}
