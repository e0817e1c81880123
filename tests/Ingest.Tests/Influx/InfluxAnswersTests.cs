using System.Globalization;
using System.Text.Json;
using Plantroom.Ingest.Influx;
using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>Answers that no real server gives when it is asked to.</summary>
public sealed class InfluxAnswersTests : IAsyncLifetime
{
    private FakeInflux server = null!;

    public async ValueTask InitializeAsync() => server = await FakeInflux.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(504)]
    [InlineData(408)]
    [InlineData(301)]
    [InlineData(418)]
    public async Task Write_AnyOtherTrouble_IsNotNowAndAsksOnce(int status)
    {
        server.Answer = (_, answer) => FakeInflux.Say(answer, status, """{"code":"x","message":"busy with it"}""");
        using var rig = new InfluxRig(server.Url, "d");
        var receipt = await rig.WriteAsync("m v=1 1", "m v=2 2");
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), receipt.Away, StringComparison.Ordinal);
        Assert.Contains("busy with it", receipt.Away, StringComparison.Ordinal);
        Assert.Null(receipt.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Write_RetryAfter_IsTold()
    {
        var clock = new ManualClock(new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero));
        using var rig = new InfluxRig(server.Url, "d", null, clock);
        foreach (var (header, seconds) in new[] { ("7", 7), ("Mon, 01 Jun 2026 08:01:30 GMT", 90) })
        {
            server.Answer = (_, answer) =>
            {
                answer.Headers.RetryAfter = header;
                return FakeInflux.Say(answer, 503);
            };
            Assert.Equal(TimeSpan.FromSeconds(seconds), (await rig.WriteAsync("m v=1 1")).RetryAfter);
        }
    }

    [Theory]
    [InlineData("2.7.1", "POST /api/v2/write?org=our%20org&bucket=d&precision=ns")]
    [InlineData("v2.7.1", "POST /api/v2/write?org=our%20org&bucket=d&precision=ns")]
    [InlineData("3.0.1", "POST /api/v2/write?org=our%20org&bucket=d&precision=ns")]
    [InlineData("1.8.10", "POST /write?db=d&precision=n")]
    [InlineData("1.6.7~rc0", "POST /write?db=d&precision=n")]
    [InlineData(null, "POST /write?db=d&precision=n")]
    public async Task Write_VersionOfTheServer_DecidesTheWay(string? version, string expected)
    {
        server.Version = version;
        using var rig = new InfluxRig(server.Url, "d", o => o.Org = "our org");
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        Assert.Equal(expected, Assert.Single(server.Requests).Line);
    }

    [Theory]
    [InlineData("1.8.10", "POST /api/v2/write?bucket=db%2Frp&precision=ns")]
    [InlineData("1.7.0", "POST /write?db=db&rp=rp&precision=n")]
    public async Task Write_BucketOnOnePointX_DependsOnItsVersion(string version, string expected)
    {
        server.Version = version;
        using var rig = new InfluxRig(server.Url, "d", o => o.Bucket = "db/rp");
        await rig.WriteAsync("m v=1 1");
        Assert.Equal(expected, Assert.Single(server.Requests).Line);
    }

    [Fact]
    public async Task Write_NoBucket_IsMadeOnceWithItsRetention()
    {
        server.Version = "2.7.1";
        var made = false;
        server.Answer = (asked, answer) =>
        {
            if (asked.Line.StartsWith("GET /api/v2/orgs?org=o", StringComparison.Ordinal)) return FakeInflux.Say(answer, 200, """{"orgs":[{"id":"0af1","name":"o"}]}""");
            if (asked.Line == "POST /api/v2/buckets")
            {
                made = true;
                return FakeInflux.Say(answer, 201, "{}");
            }

            return made ? FakeInflux.Say(answer, 204) : FakeInflux.Say(answer, 404, """{"code":"not found","message":"bucket \"d\" not found"}""");
        };
        using var rig = new InfluxRig(server.Url, "d", o => (o.Org, o.Token, o.Retention) = ("o", "tok-123", TimeSpan.FromDays(1)));
        Assert.Null((await rig.WriteAsync("m v=1 1")).Away);
        var body = server.Requests.Single(r => r.Line == "POST /api/v2/buckets").Body;
        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse("""{"orgID":"0af1","name":"d","retentionRules":[{"type":"expire","everySeconds":86400}]}"""), JsonElement.Parse(body)), body);
        Assert.All(server.Requests, r => Assert.Equal("Token tok-123", r.Login));
    }

    [Fact]
    public async Task Write_WhollyRefusedBatchesOfLaterVersions_LoseOnlyTheirBadLines()
    {
        // 2.x stores nothing of a batch with a line that it cannot read.
        var stored = new HashSet<string>(StringComparer.Ordinal);
        server.Version = "2.7.1";
        server.Answer = (asked, answer) =>
        {
            var lines = asked.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines.FirstOrDefault(l => l.Contains("bad", StringComparison.Ordinal)) is { } bad)
                return FakeInflux.Say(answer, 400, JsonSerializer.Serialize(new { code = "invalid", message = $"unable to parse '{bad}': missing fields" }));
            stored.UnionWith(lines);
            return FakeInflux.Say(answer, 204);
        };
        using var rig = new InfluxRig(server.Url, "d");
        var receipt = await rig.WriteAsync("a v=1 1", "bad1 2", "b v=1 3", "bad2 4", "c v=1 5");
        Assert.Equal(["bad1 2", "bad2 4"], receipt.RefusedTexts());
        Assert.Equal(["missing fields", "missing fields"], receipt.Refused.Select(r => r.Reason));
        Assert.Equal(["a v=1 1", "b v=1 3", "c v=1 5"], stored.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Write_EverythingIsAnsweredWithTheSameStrangeWords_IsKept()
    {
        server.Answer = (_, answer) => FakeInflux.Say(answer, 400, """{"code":"invalid","message":"bucket is required"}""");
        using var rig = new InfluxRig(server.Url, "d");
        var receipt = await rig.WriteAsync(Enumerable.Range(1, 5000).Select(i => $"m v={i} {i}"));
        Assert.Contains("bucket is required", receipt.Away, StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 1, 2 * LineSieve.MaxRequests);
    }

    [Fact]
    public async Task Write_AnswerRepeatsTheSecret_IsNotTold()
    {
        server.Answer = (asked, answer) => FakeInflux.Say(answer, 401, $"no {asked.Login}");
        using var rig = new InfluxRig(server.Url, "d", o => o.Token = "tok-123456");
        var receipt = await rig.WriteAsync("m v=1 1");
        Assert.Contains("no Token ***", receipt.Away, StringComparison.Ordinal);
        Assert.DoesNotContain(rig.Logged, l => l.Contains("tok-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connection_SecretOverPlainHttpToAnotherMachine_Warns()
    {
        using var remote = new InfluxRig(new("http://influx.example/"), "d", o => o.Token = "t");
        using var near = new InfluxRig(server.Url, "d", o => o.Token = "t");
        await near.WriteAsync("m v=1 1");
        Assert.Contains(remote.Logged, l => l.Contains("unencrypted", StringComparison.Ordinal));
        Assert.DoesNotContain(near.Logged, l => l.Contains("unencrypted", StringComparison.Ordinal));
        Assert.True(remote.Connection.Gzip);
        Assert.False(near.Connection.Gzip);
    }
}
