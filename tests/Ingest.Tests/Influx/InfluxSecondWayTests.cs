using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plantroom.Ingest.Influx;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary><c>/api/v2/write</c>, through a proxy in front of a real InfluxDB, with encryption, and at VictoriaMetrics.</summary>
public sealed class InfluxSecondWayTests(SharedServers servers) : IDisposable
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

    [Theory]
    [InlineData("")]
    [InlineData("years")]
    public async Task Write_Bucket_ReachesDatabaseAndRetentionPolicy(string policy)
    {
        var (server, front) = (await servers.InfluxAsync(), await servers.NginxAsync());
        rig = new(front.Url, database, o => (o.Api, o.RetentionPolicy, o.Gzip) = (InfluxApi.V2, policy, InfluxGzip.On));
        var receipt = await rig.WriteAsync("m v=1 1", "m v= 2", "m v=3 3");
        Assert.Null(receipt.Away);
        Assert.Equal(["m v= 2"], receipt.RefusedTexts());
        var from = policy.Length > 0 ? policy : "autogen";
        Assert.Contains("[1,1],[3,3]", await server.QueryAsync($"SELECT v FROM {from}.m", database, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ManyBadLinesThroughAProxyThatChokesOnTheAnswer_AreFoundAllTheSame()
    {
        var (server, front) = (await servers.InfluxAsync(), await servers.NginxAsync());
        rig = new(front.Url, database, o => o.Api = InfluxApi.V2);
        var receipt = await rig.WriteAsync(Enumerable.Range(1, 4000).Select(i => i % 4 == 0 ? $"m,site=longer_than_it_should_be v={i}x {i}" : $"m v={i} {i}"));
        Assert.Null(receipt.Away);
        Assert.Equal(1000, receipt.Refused.Count);
        Assert.Contains("[0,3000]", await server.QueryAsync("SELECT count(v) FROM m", database, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_NoDatabaseAndALargeBatchThatTheProxyCannotHandOn_IsMade()
    {
        // The server refuses without reading, closes the connection, and the proxy says 502.
        rig = new((await servers.NginxAsync()).Url, database, o => o.Api = InfluxApi.V2);
        var receipt = await rig.WriteAsync(Enumerable.Range(1, 60_000).Select(i => $"volumes,site=site,equipment=equipment value=1234567.25 {i}"));
        Assert.Null(receipt.Away);
        Assert.Empty(receipt.Refused);
        var stored = await (await servers.InfluxAsync()).QueryAsync("SELECT count(value) FROM volumes", database, Cancel);
        Assert.Contains("[0,60000]", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_UserAndPassword_AreTheTokenOfTheSecondWay()
    {
        await using var server = await InfluxServer.StartAsync(new() { Administrator = ("root", "p w&%:x") }, Cancel);
        await using var front = await NginxFront.StartAsync(server, null, Cancel);
        rig = new(front.Url, database, o => (o.Api, o.UserName, o.Password) = (InfluxApi.V2, "root", "p w&%:x"));
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        using var wrong = new InfluxRig(front.Url, database, o => (o.Api, o.Token) = (InfluxApi.V2, "root:wrong"));
        Assert.Contains("does not let us in: 401", (await wrong.WriteAsync("m v=1 1")).Away, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_StoppedBehindAProxy_IsNotNow()
    {
        await using var server = await InfluxServer.StartAsync(null, Cancel);
        await using var front = await NginxFront.StartAsync(server, null, Cancel);
        rig = new(front.Url, database, o => o.Api = InfluxApi.V2);
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        await server.StopAsync();
        var receipt = await rig.WriteAsync("m v=2 2", "m v=3 3");
        Assert.Contains("502", receipt.Away, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_SecondWayThatTheServerDoesNotHave_SaysWhatToChange()
    {
        rig = new((await servers.InfluxAsync()).Url, database, o => o.Api = InfluxApi.V2);
        var receipt = await rig.WriteAsync("m v=1 1");
        Assert.Contains("It has no /api/v2/write", receipt.Away, StringComparison.Ordinal);
        Assert.Contains("Influx:Api", receipt.Away, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_EncryptedWithAnAuthorityOfOnesOwn_IsTakenOnlyWithItsCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var front = await NginxFront.StartAsync(await servers.InfluxAsync(), certificate, Cancel);

        rig = new(front.Url, database, o => o.CaFile = front.CertificateFile);
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        using var stranger = new InfluxRig(front.Url, database);
        Assert.Contains("certificate", (await stranger.WriteAsync("m v=1 1")).Away, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InfluxApi.Auto)]
    [InlineData(InfluxApi.V2)]
    public async Task Write_VictoriaMetrics_HasThemToo(InfluxApi api)
    {
        var server = await servers.VictoriaAsync();
        rig = new(server.Url, database, o => (o.Api, o.Gzip) = (api, InfluxGzip.On));
        Assert.Null((await rig.WriteAsync($"v{database},site=s level=1.5,flow=2 1764000000000000000")).Away);
        var stored = await server.ExportAsync($"v{database}_level", Cancel);
        Assert.Contains("\"values\":[1.5],\"timestamps\":[1764000000000]", stored, StringComparison.Ordinal);
        Assert.Contains("\"site\":\"s\"", stored, StringComparison.Ordinal);
    }
}
