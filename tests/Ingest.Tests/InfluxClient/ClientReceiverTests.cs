using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Influx;
using Plantroom.Ingest.InfluxClient;
using Plantroom.Ingest.Tests.Influx;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.InfluxClient;

/// <summary>Writing through InfluxDB.Client: at a real InfluxDB behind its second way of writing, and at one that says what is asked.</summary>
public sealed class ClientReceiverTests(SharedServers servers) : IDisposable
{
    private readonly string database = $"t{Guid.NewGuid():N}";
    private readonly Logs<ClientConnection> log = new();
    private ClientConnection? connection;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => connection?.Dispose();

    [Fact]
    public async Task Write_GoodAndBadLines_StoresTheGoodAndNamesTheBad()
    {
        var (server, front) = (await servers.InfluxAsync(), await servers.NginxAsync());
        await server.QueryAsync($"CREATE DATABASE {database}", "", Cancel);
        var receipt = await WriteAsync(front.Url, "m v=1 1", "m v= 2", "m v=3 3");
        Assert.Null(receipt.Away);
        Assert.Equal(["m v= 2"], receipt.RefusedTexts());
        Assert.Contains("[1,1],[3,3]", await server.QueryAsync("SELECT v FROM m", database, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_NobodyThere_IsNotNow() => Assert.NotNull((await WriteAsync(new("http://127.0.0.1:1/"), "m v=1 1")).Away);

    [Theory]
    [InlineData(401)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Write_ServerSaysNo_IsNotNowWithoutTheSecret(int status)
    {
        await using var server = await FakeInflux.StartAsync();
        server.Answer = (_, answer) =>
        {
            answer.Headers.RetryAfter = "7";
            return FakeInflux.Say(answer, status, """{"code":"no","message":"not this time"}""");
        };
        var receipt = await WriteAsync(server.Url, "m v=1 1");
        Assert.Contains("not this time", receipt.Away, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", receipt.Away, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_NoSuchBucket_MakesItWithItsRetention()
    {
        await using var server = await FakeInflux.StartAsync();
        var made = false;
        server.Answer = (asked, answer) =>
        {
            answer.ContentType = "application/json";
            if (asked.Line.Contains("/orgs", StringComparison.Ordinal)) return FakeInflux.Say(answer, 200, """{"orgs":[{"id":"0a","name":"site"}]}""");
            if (asked.Line.StartsWith("POST /api/v2/buckets", StringComparison.Ordinal))
            {
                made = true;
                return FakeInflux.Say(answer, 201, asked.Body);
            }

            return made ? FakeInflux.Say(answer, 204) : FakeInflux.Say(answer, 404, """{"code":"not found","message":"bucket \"x\" not found"}""");
        };

        Assert.Null((await WriteAsync(server.Url, "m v=1 1")).Away);

        var bucket = server.Requests.Single(r => r.Line.StartsWith("POST /api/v2/buckets", StringComparison.Ordinal)).Body;
        Assert.Contains(database, bucket, StringComparison.Ordinal);
        Assert.Contains("86400", bucket, StringComparison.Ordinal);
        Assert.Contains(log.From(LogLevel.Information), l => l.Text.Contains(database, StringComparison.Ordinal));
    }

    private Task<Receipt> WriteAsync(Uri url, params string[] lines)
    {
        var options = new InfluxOptions
        {
            Url = url.ToString(), Org = "site", Bucket = database, Token = "s3cret", Retention = TimeSpan.FromDays(1), Timeout = TimeSpan.FromSeconds(10),
        };
        connection = new(Options.Create(options), log);
        return new ClientReceiver(connection).WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))), Cancel);
    }
}
