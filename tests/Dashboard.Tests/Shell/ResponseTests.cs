using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Http;
using Plantroom.Dashboard.Shell;
using Plantroom.Dashboard.Tests.Demo;

namespace Plantroom.Dashboard.Tests.Shell;

public sealed class ResponseTests : IAsyncLifetime
{
    private readonly HttpClient client = new();
    private DashboardHost host = null!;

    private CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await DashboardHost.StartAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/alarms")]
    [InlineData("/nothing")]
    [InlineData("/api/nothing")]
    [InlineData("/assets/plantroom.css")]
    public async Task Response_Any_HasTheSecurityHeaders(string path)
    {
        using var answer = await client.GetAsync(host.Url(path), Token);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("style-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/alarms")]
    [InlineData("/equipment/hq/BS-1")]
    public async Task Page_Prerendered_HasContentAndNoInlineScriptOrStyle(string path)
    {
        var page = await client.GetStringAsync(host.Url(path), Token);

        Assert.Contains("class=\"strip\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/_framework/blazor.web.js", "text/javascript", "Blazor")]
    [InlineData("/assets/plantroom.css", "text/css", "--canvas")]
    [InlineData("/assets/plantroom.js", "text/javascript", "frozen")]
    [InlineData("/assets/icon.svg", "image/svg+xml", "<svg")]
    public async Task Asset_PlainAndCompressed_IsTheSame(string path, string type, string content)
    {
        using var plain = await client.GetAsync(host.Url(path), Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Url(path)) { Headers = { { "Accept-Encoding", "gzip, br" } } };
        using var compressed = await client.SendAsync(request, Token);

        var text = await plain.Content.ReadAsStringAsync(Token);
        Assert.Equal(type, plain.Content.Headers.ContentType!.MediaType);
        Assert.Contains(content, text, StringComparison.Ordinal);
        Assert.Equal("gzip", Assert.Single(compressed.Content.Headers.ContentEncoding));
        using var unzipped = new StreamReader(new GZipStream(await compressed.Content.ReadAsStreamAsync(Token), CompressionMode.Decompress));
        Assert.Equal(text, await unzipped.ReadToEndAsync(Token));
    }

    [Fact]
    public async Task Asset_KnownAlready_IsNotSentAgain()
    {
        using var first = await client.GetAsync(host.Url("/_framework/blazor.web.js"), Token);
        Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Url("/_framework/blazor.web.js"));
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task Asset_AsPagesAskForIt_IsKeptForGood()
    {
        using var answer = await client.GetAsync(host.Url("/" + new AssetFiles().Url("plantroom.css")), Token);

        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/nothing", 0)]
    [InlineData("/favicon.ico", 0)]
    [InlineData("/nothing", 1)]
    public async Task Unknown_Address_HasAPageOnlyForPeople(string path, int page)
    {
        using var answer = await client.GetAsync(host.Url(path), Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(page == 1, (await answer.Content.ReadAsStringAsync(Token)).Contains("<html", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http", "plant.example:8080", "http://plant.example:8080", true)]
    [InlineData("http", "plant.example", "http://plant.example", true)]
    [InlineData("https", "plant.example", "https://plant.example", true)]
    [InlineData("http", "plant.example", null, true)]
    [InlineData("http", "plant.example", "https://portal.example", true)]
    [InlineData("http", "plant.example", "https://evil.example", false)]
    [InlineData("http", "plant.example:8080", "http://plant.example", false)]
    [InlineData("http", "plant.example", "null", false)]
    public void Origin_OfARequest_IsOursOrAllowed(string scheme, string serving, string? origin, bool allowed)
    {
        var http = new DefaultHttpContext { Request = { Scheme = scheme, Host = new(serving) } };
        if (origin is not null) http.Request.Headers.Origin = origin;

        Assert.Equal(allowed, SameOrigin.IsAllowed(http.Request, ["https://portal.example"]));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }
}
