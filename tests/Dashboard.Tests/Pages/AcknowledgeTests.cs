using Plantroom.Dashboard.Tests.Demo;
using Plantroom.TestKit.Browser;
using static Microsoft.Playwright.Assertions;

namespace Plantroom.Dashboard.Tests.Pages;

public sealed class AcknowledgeTests(BrowserFixture browser)
{
    private const string Row = "[data-alarm='41']";

    [Fact]
    public async Task Acknowledge_WithNameAndNote_ReachesTheAlarmsAndIsShown()
    {
        await using var host = await StartAsync();
        await using var tab = await browser.OpenAsync();
        await OpenFormAsync(host, tab);

        await tab[$"{Row} input[name=by]"].FillAsync("Wang");
        await tab[$"{Row} input[name=note]"].FillAsync("on my way");
        await tab.ScreenshotAsync("alarms-acknowledge");
        await tab[$"{Row} button[type=submit]"].ClickAsync();

        await Expect(tab[Row]).ToContainTextAsync("Wang acknowledged");
        await Expect(tab[$"{Row} form"]).ToHaveCountAsync(0);
        Assert.Equal((41, "Wang", "on my way"), Assert.Single(host.Alarms.Acknowledgements));
        tab.AssertNoComplaints();
    }

    [Fact]
    public async Task Acknowledge_NextTime_RemembersTheName()
    {
        await using var host = await StartAsync();
        await using var tab = await browser.OpenAsync();
        await OpenFormAsync(host, tab);
        await tab[$"{Row} input[name=by]"].FillAsync("Wang");
        await tab[$"{Row} button[type=submit]"].ClickAsync();
        await Expect(tab[Row]).ToContainTextAsync("Wang acknowledged");

        await tab["[data-alarm='44'] .do button"].ClickAsync();

        await Expect(tab["[data-alarm='44'] input[name=by]"]).ToHaveValueAsync("Wang");
    }

    [Fact]
    public async Task Acknowledge_WithoutAName_AsksForIt()
    {
        await using var host = await StartAsync();
        await using var tab = await browser.OpenAsync();
        await OpenFormAsync(host, tab);

        await tab[$"{Row} button[type=submit]"].ClickAsync();

        await Expect(tab[$"{Row} .problem"]).ToContainTextAsync("your name");
        Assert.Empty(host.Alarms.Acknowledgements);
    }

    [Fact]
    public async Task Acknowledge_StoreAway_SaysThatItIsNotRecorded()
    {
        await using var host = await StartAsync();
        host.ExpectedErrors.Add("The acknowledgement of alarm 41 could not be recorded");
        await using var tab = await browser.OpenAsync();
        await OpenFormAsync(host, tab);
        host.Alarms.Failure = new IOException("disk full");

        await tab[$"{Row} input[name=by]"].FillAsync("Wang");
        await tab[$"{Row} button[type=submit]"].ClickAsync();
        await Expect(tab[$"{Row} .problem"]).ToContainTextAsync("could not be recorded");

        host.Alarms.Failure = null;
        await tab[$"{Row} button[type=submit]"].ClickAsync();
        await Expect(tab[Row]).ToContainTextAsync("Wang acknowledged");
    }

    [Fact]
    public async Task Acknowledge_SomebodyWasQuicker_SaysSo()
    {
        await using var host = await StartAsync();
        await using var tab = await browser.OpenAsync();
        await OpenFormAsync(host, tab);
        await tab[$"{Row} input[name=by]"].FillAsync("Wang");

        await host.Alarms.AcknowledgeAsync(41, "Li", null, TestContext.Current.CancellationToken);
        await Expect(tab[Row]).ToContainTextAsync("Li acknowledged");
        await tab[$"{Row} button[type=submit]"].ClickAsync();

        await Expect(tab[$"{Row} .problem"]).ToContainTextAsync("Somebody was quicker");
    }

    private static Task<DashboardHost> StartAsync() =>
        DashboardHost.StartAsync(prepare: static h => h.Alarms.Preset(DemoData.Alarms(h.Now)));

    private static async Task OpenFormAsync(DashboardHost host, Tab tab)
    {
        await tab.GoAsync(host.Url("/alarms"));
        await tab[$"{Row} .do button"].ClickAsync();
    }
}
