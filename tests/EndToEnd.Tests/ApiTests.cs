using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Plantroom.TestKit.Hosting;

namespace Plantroom.EndToEnd.Tests;

/// <summary>The HTTP interface of the whole system, as it ships.</summary>
public sealed class ApiTests(SimulatedHost shared) : IClassFixture<SimulatedHost>
{
    private readonly HostProcess host = shared.Host;

    [Fact]
    public async Task OpenApi_Document_NamesEveryResource()
    {
        var document = await host.GetAsync("/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().Select(static p => p.Name).ToList();

        Assert.Superset(
            new HashSet<string>
            {
                "/api/v1/points", "/api/v1/last", "/api/v1/history", "/api/v1/alarms", "/api/v1/alarms/{id}/acknowledge", "/api/v1/gateway/rejections",
            },
            paths.ToHashSet());
    }

    [Fact]
    public async Task OpenApi_History_DescribesEveryParameterAndAnswer()
    {
        var document = await host.GetAsync("/openapi/v1.json");
        var history = document.GetProperty("paths").GetProperty("/api/v1/history").GetProperty("get");

        var parameters = history.GetProperty("parameters").EnumerateArray().ToList();
        Assert.Equal(
            ["point", "points", "from", "to", "every", "fn", "state", "tz", "samples", "limit", "format"],
            parameters.Select(static p => p.GetProperty("name").GetString()));
        Assert.All(parameters, static p => Assert.NotEmpty(p.GetProperty("description").GetString()!));
        Assert.Equal(["200", "400", "404", "503"], history.GetProperty("responses").EnumerateObject().Select(static r => r.Name));
        Assert.Equal(
            ["application/json", "text/csv"],
            history.GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().Select(static c => c.Name));
    }

    [Theory]
    [InlineData("/api/v1/history?point=hq/SP-1/level&from=yesterday&to=1", "from")]
    [InlineData("/api/v1/history?point=hq/SP-1/level&from=0&to=31.12.2026", "to")]
    [InlineData("/api/v1/history?point=hq/SP-1/level&from=0&to=1&every=often", "every")]
    [InlineData("/api/v1/history?point=hq/SP-1/level&from=0&to=1&every=1min&fn=median", "fn")]
    [InlineData("/api/v1/history?from=0&to=1", "point")]
    [InlineData("/api/v1/alarms?state=quiet", "state")]
    public async Task BadInput_GetsAProblemThatNamesTheField(string path, string field)
    {
        using var answer = await host.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(field, problem.GetProperty("errors").EnumerateObject().Select(static e => e.Name));
    }

    [Fact]
    public async Task Points_OfTheDemonstrationBuilding_AreAllReportedBySimulatedDevices()
    {
        var points = await host.GetAsync("/api/v1/points");
        var expected = points.EnumerateArray().Select(static p => p.GetProperty("id").GetString()).ToHashSet();

        var last = await host.UntilAsync("/api/v1/last?prefix=", answer => answer.GetProperty("readings").GetArrayLength() >= expected.Count);

        Assert.Equal(expected.Order(), last.GetProperty("readings").EnumerateArray().Select(static r => r.GetProperty("point").GetString()).Order());
        var rejections = await host.GetAsync("/api/v1/gateway/rejections");
        Assert.All(rejections.GetProperty("rejected").EnumerateObject(), static reason => Assert.Equal(0, reason.Value.GetInt64()));
    }

    [Fact]
    public async Task Request_ForAnotherHostName_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/points", UriKind.Relative));
        request.Headers.Host = "evil.example";
        using var answer = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task History_OfASimulatedPoint_GivesWindows()
    {
        var now = TimeProvider.System.GetUtcNow();
        var path = $"/api/v1/history?point=hq/SP-1/level&from={now.AddHours(-24).ToUnixTimeMilliseconds()}&to={now.AddMinutes(1).ToUnixTimeMilliseconds()}&every=1h&fn=mean,min,max";

        var windows = await host.UntilAsync(path, static answer => answer.GetProperty("windows").GetArrayLength() > 20);

        var row = windows.GetProperty("windows")[0];
        Assert.InRange(row.GetProperty("mean").GetDouble(), row.GetProperty("min").GetDouble(), row.GetProperty("max").GetDouble());
    }
}
