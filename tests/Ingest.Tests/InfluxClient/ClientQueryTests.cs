using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Influx;
using Plantroom.Ingest.InfluxClient;
using Plantroom.Ingest.Tests.Influx;

namespace Plantroom.Ingest.Tests.InfluxClient;

/// <summary>What reading through InfluxDB.Client does when the server does not answer as it should.</summary>
public sealed class ClientQueryTests
{
    private readonly PointId point = Store.Point("asked");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, """{"code":"unauthorized","message":"unauthorized access"}""")]
    [InlineData(404, "404 page not found")]
    [InlineData(500, """{"code":"internal error","message":"out of memory"}""")]
    [InlineData(503, "<html>no</html>")]
    public async Task Question_ServerSaysNo_HistoryIsUnavailable(int status, string words)
    {
        await using var server = await FakeInflux.StartAsync();
        server.Answer = (_, answer) => FakeInflux.Say(answer, status, words);
        await IsUnavailableAsync(server.Url);
    }

    [Fact]
    public async Task Question_NobodyThere_HistoryIsUnavailable() => await IsUnavailableAsync(new("http://127.0.0.1:1/"));

    [Fact]
    public async Task Question_ServerHangs_HistoryIsUnavailableAfterTheTimeLimit()
    {
        await using var server = await FakeInflux.StartAsync();
        server.Answer = static (_, answer) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, answer.HttpContext.RequestAborted);
        await IsUnavailableAsync(server.Url);
    }

    [Fact]
    public async Task Question_NoSuchBucket_HasNoReadings()
    {
        await using var server = await FakeInflux.StartAsync();
        server.Answer = static (_, answer) => FakeInflux.Say(answer, 404, """{"code":"not found","message":"could not find bucket \"plantroom\""}""");
        using var connection = Connect(server.Url);
        var history = new ClientHistory(connection);
        Assert.Empty(await history.LastAsync([point], Cancel));
        Assert.Empty(await history.RawAsync(point, Hour, Cancel));
    }

    private static TimeRange Hour => new(new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc), new(2026, 6, 1, 9, 0, 0, DateTimeKind.Utc));

    private static ClientConnection Connect(Uri url) => new(
        Options.Create(new InfluxOptions { Url = url.ToString(), Org = "site", Bucket = "plantroom", Token = "s3cret", Timeout = TimeSpan.FromSeconds(1) }),
        NullLogger<ClientConnection>.Instance);

    private async Task IsUnavailableAsync(Uri url)
    {
        using var connection = Connect(url);
        var history = new ClientHistory(connection);
        var last = await Assert.ThrowsAsync<HistoryUnavailableException>(async () => await history.LastAsync([point], Cancel));
        Assert.DoesNotContain("s3cret", last.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HistoryUnavailableException>(async () => await history.RawAsync(point, Hour, Cancel));
        await Assert.ThrowsAsync<HistoryUnavailableException>(async () => await history.CounterIncreaseAsync(point, Hour, Cancel));
        await Assert.ThrowsAsync<HistoryUnavailableException>(
            async () => await history.WindowsAsync(point, Hour, WindowLength.Of(TimeSpan.FromMinutes(15)), Cancel));
    }
}
