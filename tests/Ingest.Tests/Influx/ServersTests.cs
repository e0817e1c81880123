using System.Net;
using System.Net.Http.Headers;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>The servers of these tests are what they are taken for.</summary>
public sealed class ServersTests(SharedServers servers) : IDisposable
{
    private readonly HttpClient http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task Influx_KilledAndStartedAgain_HasItsDataOnTheSamePort()
    {
        await using var server = await InfluxServer.StartAsync(new() { LogRequests = true }, Cancel);
        var database = await server.NewDatabaseAsync(Cancel);
        await WriteAsync(server.Url, $"write?db={database}", "a v=1 1");
        await server.KillAsync();
        await server.StartAgainAsync(Cancel);
        Assert.Contains("[1,1]", await server.QueryAsync("SELECT v FROM a", database, Cancel), StringComparison.Ordinal);
        Assert.Contains(server.Requests, r => r.Contains($"/write?db={database}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nginx_SecondWritePath_ReachesTheStore()
    {
        var (server, front) = (await servers.InfluxAsync(), await servers.NginxAsync());
        var database = await server.NewDatabaseAsync(Cancel);
        Assert.Equal(HttpStatusCode.NoContent, await WriteAsync(front.Url, $"api/v2/write?bucket={database}%2Fautogen&precision=us", "a v=1 1"));
        Assert.Contains("[1000,1]", await server.QueryAsync("SELECT v FROM a", database, Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await WriteAsync(server.Url, $"api/v2/write?bucket={database}", "a v=1 1"));
        Assert.Contains("pass", await http.GetStringAsync(new Uri(front.Url, "health"), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nginx_Administrator_WritesWithOddCharactersInThePassword()
    {
        await using var server = await InfluxServer.StartAsync(new() { Administrator = ("a b", """a&b=c %+#"/$1:x""") }, Cancel);
        await using var front = await NginxFront.StartAsync(server, null, Cancel);
        var database = await server.NewDatabaseAsync(Cancel);
        var (name, password) = server.Administrator!.Value;
        Assert.Equal(HttpStatusCode.Unauthorized, await WriteAsync(front.Url, $"api/v2/write?bucket={database}", "a v=1 1", "x:y"));
        Assert.Equal(HttpStatusCode.NoContent, await WriteAsync(front.Url, $"api/v2/write?bucket={database}", "a v=1 1", $"{name}:{password}"));
    }

    [Fact]
    public async Task Victoria_Written_Exports()
    {
        var server = await servers.VictoriaAsync();
        Assert.Equal(HttpStatusCode.NoContent, await WriteAsync(server.Url, "api/v2/write?bucket=b&precision=ns", "room,site=hq v=1 1764000000000000000"));
        Assert.Contains("1764000000000", await server.ExportAsync("room_v", Cancel), StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> WriteAsync(Uri server, string path, string line, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Content = new StringContent(line) };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Token {token}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}
