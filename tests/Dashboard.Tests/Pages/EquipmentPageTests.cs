using Plantroom.Dashboard.Tests.Demo;
using Plantroom.TestKit.Browser;
using static Microsoft.Playwright.Assertions;

namespace Plantroom.Dashboard.Tests.Pages;

public sealed class EquipmentPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task Trend_OfAMeasurement_DrawsLineBandAndReadsValues()
    {
        await using var host = await DashboardHost.StartAsync(prepare: AddHistory);
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(host.Url("/equipment/hq/SP-2"));

        Assert.True((await tab[".chart .mean"].GetAttributeAsync("d"))!.Length > 1000);
        Assert.True((await tab[".chart .band"].GetAttributeAsync("d"))!.Length > 2000);
        await Expect(tab[".chart .tick"]).ToHaveCountAsync(6);

        await tab[".chart"].HoverAsync();
        await Expect(tab[".readout"]).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^\d\d:\d\d\s+\d\.\d\d m( \(\d\.\d\d–\d\.\d\d\))?$"));
        await tab.ScreenshotAsync("equipment-readout", fullPage: false);
        await tab.Page.Mouse.MoveAsync(2, 2);
        await Expect(tab[".readout"]).ToContainTextAsync("Move over the chart");
        tab.AssertNoComplaints();
    }

    [Fact]
    public async Task Trend_OtherPointChosen_DrawsItsStates()
    {
        await using var host = await DashboardHost.StartAsync(prepare: AddHistory);
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(host.Url("/equipment/hq/SP-2"));

        await tab["[data-point=highFloat] .name"].ClickAsync();

        await Expect(tab["#trend"]).ToContainTextAsync("High-level float");
        await tab.Page.WaitForSelectorAsync(".chart.states .run rect");
        Assert.EndsWith("?point=highFloat", tab.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tile_Clicked_LeadsToThePageAndOnToItsPart()
    {
        await using var host = await DashboardHost.StartAsync();
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(host.Url());

        await tab[".tile[data-equipment='hq/SP-1']"].ClickAsync();
        await Expect(tab["h1"]).ToContainTextAsync("Sump 1, basement 2 east");
        await tab[".relations a"].First.ClickAsync();
        await Expect(tab["h1"]).ToContainTextAsync("Drain pump 101");
        await Expect(tab[".relations"]).ToContainTextAsync("Part of Sump 1");
        await Expect(tab["[data-point]"]).ToHaveCountAsync(7);
        tab.AssertNoComplaints();
    }

    [Fact]
    public async Task Page_HistoryAway_KeepsTheLiveValues()
    {
        await using var host = await DashboardHost.StartAsync();
        host.ExpectedErrors.Add("The history of hq/SP-1/level could not be read");
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(host.Url());
        host.History.Failure = new IOException("away");

        await tab[".tile[data-equipment='hq/SP-1']"].ClickAsync();
        await Expect(tab[".trend-section"]).ToContainTextAsync("cannot be read");
        await host.ReadAsync("hq/SP-1/level", 1.11);

        await Expect(tab["[data-point=level] .reading"]).ToContainTextAsync("1.11");
    }

    [Theory]
    [InlineData("/equipment/hq/NO-1")]
    [InlineData("/nothing")]
    [InlineData("/nothing/at/all")]
    public async Task Page_Unknown_Is404AndLeadsBack(string path)
    {
        await using var host = await DashboardHost.StartAsync();
        await using var tab = await browser.OpenAsync();

        var answer = await tab.GoAsync(host.Url(path));

        Assert.Equal(404, answer.Status);
        await Expect(tab["h1"]).ToContainTextAsync("no such page");
        await tab[".empty a"].ClickAsync();
        await Expect(tab[".tile"].First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Switch_OfLanguage_KeepsThePage()
    {
        await using var host = await DashboardHost.StartAsync();
        await using var tab = await browser.OpenAsync(locale: "zh-CN");
        await tab.GoAsync(host.Url("/equipment/hq/SP-1?point=level"));
        await Expect(tab["h1"]).ToContainTextAsync("地下二层东集水坑");

        await tab[".language"].ClickAsync();

        await Expect(tab["html"]).ToHaveAttributeAsync("lang", "en");
        await Expect(tab["h1"]).ToContainTextAsync("Sump 1, basement 2 east");
        Assert.EndsWith("/equipment/hq/SP-1?point=level", tab.Page.Url, StringComparison.Ordinal);
    }

    private static void AddHistory(DashboardHost host)
    {
        foreach (var point in host.Facility.Current.Find(new EquipmentId("hq", "SP-2"))!.Points)
            host.History.Add(DemoData.Day(point, host.Now.AddSeconds(-10)));
    }
}
