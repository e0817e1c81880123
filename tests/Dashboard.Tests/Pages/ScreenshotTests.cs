using Microsoft.Playwright;
using Plantroom.Dashboard.Tests.Demo;
using Plantroom.TestKit.Browser;

namespace Plantroom.Dashboard.Tests.Pages;

/// <summary>Every page in both languages and both widths, quiet and in alarm: it loads cleanly, fits, and leaves a picture to look at.</summary>
public sealed class ScreenshotTests(BrowserFixture browser)
{
    public static TheoryData<string, string, int, bool> Views()
    {
        var views = new TheoryData<string, string, int, bool>();
        foreach (var language in new[] { "zh-CN", "en" })
        {
            foreach (var width in new[] { 1440, 375 })
            {
                foreach (var page in new[] { "/", "/alarms", "/equipment/hq/SP-2" }) views.Add(page, language, width, true);
                foreach (var page in new[] { "/", "/alarms", "/equipment/hq/P-201?point=running", "/equipment/hq/BS-1", "/nothing/here" })
                    views.Add(page, language, width, false);
            }
        }

        return views;
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Page_InEveryForm_LoadsCleanlyAndFits(string page, string language, int width, bool alarms)
    {
        await using var host = await DashboardHost.StartAsync(prepare: h => Prepare(h, alarms));
        await using var tab = await browser.OpenAsync(width, 900, language);

        await tab.GoAsync(host.Url(page));
        await Assertions.Expect(tab["html"]).ToHaveAttributeAsync("lang", language);
        await tab.ScreenshotAsync($"{Name(page)}-{language}-{width}-{(alarms ? "alarms" : "quiet")}");

        Assert.False(await tab.ScrollsSidewaysAsync());
        if (width == 375) Assert.Empty(await tab.SmallTargetsAsync());
        tab.AssertNoComplaints();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/alarms")]
    [InlineData("/equipment/hq/SP-2")]
    public async Task Page_AtNight_LoadsCleanly(string page)
    {
        await using var host = await DashboardHost.StartAsync(prepare: static h => Prepare(h, alarms: true));
        await using var tab = await browser.OpenAsync(colours: ColorScheme.Dark);

        await tab.GoAsync(host.Url(page));
        await tab.ScreenshotAsync($"{Name(page)}-dark");

        tab.AssertNoComplaints();
    }

    private static void Prepare(DashboardHost host, bool alarms)
    {
        foreach (var point in host.Facility.Current.Points.Where(static p => p.Id.Equipment.Equipment is "SP-2" or "P-201" or "BS-1"))
            host.History.Add(DemoData.Day(point, host.Now.AddSeconds(-10)));
        if (!alarms) return;
        host.Alarms.Preset(DemoData.Alarms(host.Now));
        host.Rain.Current = [new("hq", host.Now, 41.2, 52.6, 63.4, RainColour.Yellow)];
        host.History.Add(new Reading(PointId.Intern("hq/M-3/power"), host.Now, 48.5, Quality.Uncertain(QualityReason.ClockSkew)));
    }

    private static string Name(string page) => page is "/" ? "overview" : page.Trim('/').Replace('/', '-').Replace('?', '-');
}
