using System.Net;
using Plantroom.Dashboard.Tests.Demo;

namespace Plantroom.Dashboard.Tests.Language;

public sealed class LanguageEndpointTests
{
    private CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/language/zh-CN?return=/alarms", "/alarms", "zh-CN")]
    [InlineData("/language/en?return=/equipment/hq/P-101%3Fpoint%3Dcurrent", "/equipment/hq/P-101?point=current", "en")]
    [InlineData("/language/en", "/", "en")]
    public async Task Choice_LocalReturn_IsKeptAndGoesBack(string path, string back, string tag)
    {
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(back, answer.Headers.Location!.ToString());
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), static c => c.StartsWith("plantroom.language", StringComparison.Ordinal));
        Assert.Contains($"={tag};", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/language/en?return=https://evil.example/", "return")]
    [InlineData("/language/en?return=//evil.example/", "return")]
    [InlineData("/language/en?return=/%5Cevil.example/", "return")]
    [InlineData("/language/en?return=alarms", "return")]
    [InlineData("/language/fr", "tag")]
    public async Task Choice_NotOurs_IsRefusedByName(string path, string field)
    {
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"\"{field}\"", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", null, "zh-CN")]
    [InlineData("zh-TW", null, "zh-CN")]
    [InlineData("en-GB", null, "en")]
    [InlineData("de,zh;q=0.5,en;q=0.7", null, "en")]
    [InlineData("de", null, "en")]
    [InlineData("en", "zh-CN", "zh-CN")]
    [InlineData("zh", "nonsense", "zh-CN")]
    public async Task Page_ByAcceptLanguageAndCookie_HasItsLanguage(string accepted, string? cookie, string tag)
    {
        await using var host = await DashboardHost.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, host.Url());
        request.Headers.Add("Accept-Language", accepted);
        if (cookie is not null) request.Headers.Add("Cookie", $"plantroom.language={cookie}");

        using var answer = await client.SendAsync(request, Token);

        Assert.Contains($"<html lang=\"{tag}\">", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        await using var host = await DashboardHost.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        return await client.GetAsync(host.Url() + path[1..], Token);
    }
}
