using System.Text.Json;
using Plantroom.TestKit;
using Plantroom.TestKit.Browser;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Mosquitto;
using static Microsoft.Playwright.Assertions;

namespace Plantroom.EndToEnd.Tests;

/// <summary>From a foreign MQTT client to a person in front of a browser and back, through the program as it ships.</summary>
public sealed class ChainTests(BrowserFixture browser) : IClassFixture<BrowserFixture>, IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task FireAlarm_FromAForeignClient_AppearsInTheBrowser_IsAcknowledgedThere_AndReadBackFromTheApi(string version)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(new(host.Http.BaseAddress!, "/alarms"));
        Assert.Equal(0, await tab["[data-alarm]"].CountAsync());

        Assert.Equal(0, await new MosquittoClients(host.MqttPort, version).PublishAsync("plantroom/v1/in/hq/FP-1/fire", "1", 1, cancellation));

        var row = tab["[data-alarm]"];
        await Expect(row).ToContainTextAsync("Fire alarm panel");
        await row.Locator(".do button").ClickAsync();
        await row.Locator("input[name=by]").FillAsync("Duty engineer");
        await row.Locator("input[name=note]").FillAsync("on the way");
        await row.Locator("button[type=submit]").ClickAsync();
        await Expect(row).ToContainTextAsync("Duty engineer");

        var alarm = (await host.GetAsync("/api/v1/alarms?state=acknowledged")).EnumerateArray().Single();
        Assert.Equal("hq/FP-1/fire", alarm.GetProperty("point").GetString());
        Assert.Equal("critical", alarm.GetProperty("priority").GetString());
        Assert.Equal("Duty engineer", alarm.GetProperty("acknowledgedBy").GetString());
        Assert.Equal("on the way", alarm.GetProperty("note").GetString());
        var journal = await host.GetAsync($"/api/v1/alarms/{alarm.GetProperty("id").GetInt64()}/journal");
        Assert.Equal(["raised", "acknowledged"], journal.EnumerateArray().Select(static e => e.GetProperty("event").GetString()));
        tab.AssertNoComplaints();
    }

    [Fact]
    public async Task SeveralValues_WithTheDevicesOwnTime_AreStoredUnderThatTime()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        var time = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).AddMinutes(-1);

        await new MosquittoClients(host.MqttPort).PublishAsync(
            "plantroom/v1/in/hq/SP-1", $$$"""{"ts": "{{{time:O}}}", "values": {"level": 0.75, "highFloat": false}}""", 1, cancellation);

        var readings = (await host.GetAsync("/api/v1/last?prefix=hq/SP-1/")).GetProperty("readings").EnumerateArray()
            .ToDictionary(static r => r.GetProperty("point").GetString()!);
        Assert.Equal(0.75, readings["hq/SP-1/level"].GetProperty("value").GetDouble());
        Assert.Equal(0, readings["hq/SP-1/highFloat"].GetProperty("value").GetDouble());
        Assert.All(readings.Values, r => Assert.Equal(time, r.GetProperty("time").GetDateTimeOffset()));
    }

    [Fact]
    public async Task SimulatedBuilding_InAProcessOfItsOwn_ReachesTheSystemOverMqtt()
    {
        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        using var other = new TempFolder();
        await using var building = await HostProcess.StartAsync(
            other.Path, "--roles", "simulators", "--Simulator:Backfill", "00:00:00", "--Simulator:Broker:Host", "127.0.0.1", "--Simulator:Broker:Port", $"{host.MqttPort}");

        await host.UntilAsync("/api/v1/last?prefix=hq/SP-1/", static answer => answer.GetProperty("readings").GetArrayLength() == 2);

        var (exitCode, _) = await building.InterruptAsync();
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Simulation_Overview_IsAliveInBothLanguagesAndWidths()
    {
        await using var host = await HostProcess.StartAsync(folder.Path);
        await host.UntilAsync("/api/v1/last?prefix=", static answer => answer.GetProperty("readings").GetArrayLength() > 80);
        await new MosquittoClients(host.MqttPort).PublishAsync("plantroom/v1/in/hq/FP-1/fire", "1", 1, TestContext.Current.CancellationToken);

        foreach (var (language, width, heading) in new[] { ("en", 1440, "Needs attention"), ("zh-CN", 375, "需要处理") })
        {
            await using var tab = await browser.OpenAsync(width, locale: language);
            await tab.GoAsync(host.Http.BaseAddress!);
            await Expect(tab["main"]).ToContainTextAsync(heading);
            await Expect(tab[".tile"]).ToHaveCountAsync(18);
            await Expect(tab[".tile"].First).ToHaveAttributeAsync("data-equipment", "hq/FP-1");
            Assert.False(await tab.ScrollsSidewaysAsync());
            await tab.ScreenshotAsync($"whole-{language}-{width}", fullPage: width < 1000);
            tab.AssertNoComplaints();
        }
    }

    [Fact]
    public async Task Alarms_AfterTheSystemWasKilled_AreInTheSameStates()
    {
        var cancellation = TestContext.Current.CancellationToken;
        List<JsonElement> before;
        await using (var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators"))
        {
            var client = new MosquittoClients(host.MqttPort);
            await client.PublishAsync("plantroom/v1/in/hq/FP-1/fire", "1", 1, cancellation);
            await client.PublishAsync("plantroom/v1/in/hq/L-1/entrapment", "on", 1, cancellation);
            var raised = await host.UntilAsync("/api/v1/alarms", static a => a.GetArrayLength() == 2);
            await host.AcknowledgeAsync(raised[0].GetProperty("id").GetInt64(), "Duty engineer", "seen");
            before = [.. (await host.GetAsync("/api/v1/alarms")).EnumerateArray()];
            await host.KillAsync();
        }

        await using var again = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        var after = (await again.GetAsync("/api/v1/alarms")).EnumerateArray().ToList();

        Assert.Equal(["acknowledged", "unacknowledged"], before.Select(static a => a.GetProperty("state").GetString()).Order());
        Assert.Equal(before.Select(static a => a.ToString()), after.Select(static a => a.ToString()));
    }
}
