using Plantroom.TestKit;
using Plantroom.TestKit.Browser;
using Plantroom.TestKit.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Plantroom.EndToEnd.Tests;

/// <summary>The story of the shipped scenario: pumps fail in heavy rain, the sump overflows, the warnings come. Twenty times as fast.</summary>
public sealed class CloudburstTests(BrowserFixture browser) : IClassFixture<BrowserFixture>, IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Cloudburst_RaisesPumpFaultsThenTheFlood()
    {
        await using var host = await HostProcess.StartAsync(folder.Path, "--scenario", "cloudburst", "--Simulator:Speed", "20", "--Alerts:RainCron", "* * * * * ?");

        var alarms = await host.UntilAsync("/api/v1/alarms", static active => active.EnumerateArray().Any(static a => Is(a, "FL-02", "hq/SP-2")));

        var raised = alarms.EnumerateArray().ToDictionary(
            static a => $"{a.GetProperty("rule").GetString()} {a.GetProperty("equipment").GetString()}", static a => a.GetProperty("raisedAt").GetDateTimeOffset());
        Assert.Contains("PU-02 hq/P-201", raised);
        Assert.Contains("PU-02 hq/P-202", raised);
        Assert.InRange(raised["FL-02 hq/SP-2"], raised["PU-02 hq/P-202"], DateTimeOffset.MaxValue);
        Assert.DoesNotContain("FL-02 hq/SP-1", raised);

        // The gauge delivers the rain of the last hours when it connects; here the job looks at it each second.
        var warnings = await host.UntilAsync("/api/v1/rain", static sites => sites.EnumerateArray().Any(static s => s.GetProperty("sum3h").GetDouble() > 20));
        Assert.Equal("hq", warnings[0].GetProperty("site").GetString());
        Assert.NotEqual("none", warnings[0].GetProperty("colour").GetString());

        await using var tab = await browser.OpenAsync(1440, 900);
        await tab.GoAsync(host.Http.BaseAddress!);
        await Expect(tab[".tile"].First).ToHaveAttributeAsync("data-equipment", "hq/SP-2");
        await tab.ScreenshotAsync("cloudburst", fullPage: false);
        await tab.GoAsync(new(host.Http.BaseAddress!, "/equipment/hq/SP-2"));
        await tab.ScreenshotAsync("cloudburst-sump");
        tab.AssertNoComplaints();
    }

    private static bool Is(System.Text.Json.JsonElement alarm, string rule, string equipment) =>
        alarm.GetProperty("rule").GetString() == rule && alarm.GetProperty("equipment").GetString() == equipment;
}
