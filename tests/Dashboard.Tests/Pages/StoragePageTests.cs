using System.Text.RegularExpressions;
using Plantroom.Dashboard.Formatting;
using Plantroom.Dashboard.Tests.Demo;
using Plantroom.TestKit.Browser;
using static Microsoft.Playwright.Assertions;

namespace Plantroom.Dashboard.Tests.Pages;

/// <summary>The state of the store: a quiet line below every page, loud when readings are not kept, and a page that says more.</summary>
public sealed class StoragePageTests(BrowserFixture browser)
{
    public static TheoryData<string, int> Forms() => new() { { "zh-CN", 1440 }, { "zh-CN", 375 }, { "en", 1440 }, { "en", 375 } };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Page_AllIsWell_IsCalmAndFits(string language, int width)
    {
        await using var host = await DashboardHost.StartAsync(
            prepare: static h => h.Storage.Current = DemoData.Storage with { FullAt = h.Now.AddDays(4766) });
        await using var tab = await browser.OpenAsync(width, 900, language);
        await tab.GoAsync(host.Url("/storage"));
        await tab.ScreenshotAsync($"storage-{language}-{width}-quiet");

        await Expect(tab[".foot a"]).ToHaveAttributeAsync("data-storage", "fine");
        await Expect(tab[".storage .notice"]).ToHaveCountAsync(0);
        await Expect(tab[".storage dl"]).ToContainTextAsync("51 GB");
        await Expect(tab[".storage dl"]).ToContainTextAsync(language == "en" ? "not in sight" : "尚远");
        await Expect(tab[".storage dl > div"]).ToHaveCountAsync(5);
        await AssertFitsAsync(tab, width);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Page_InTrouble_SaysWhatWhyAndWhatToDo(string language, int width)
    {
        await using var host = await DashboardHost.StartAsync(prepare: Trouble);
        await using var tab = await browser.OpenAsync(width, 900, language);
        await tab.GoAsync(host.Url("/storage"));
        await tab.ScreenshotAsync($"storage-{language}-{width}-trouble");

        await Expect(tab[".foot a"]).ToHaveAttributeAsync("data-storage", "trouble");
        await Expect(tab[".storage .notice"].First).ToContainTextAsync("83 MB");
        await Expect(tab[".storage .alarm-row"]).ToHaveCountAsync(2);
        await Expect(tab[".storage dl > div"]).ToHaveCountAsync(6);
        await Expect(tab[".storage dl"]).ToContainTextAsync(language == "en" ? "1,250,000 readings, 48 MB of at most 500 MB" : "1,250,000 条数据，48 MB，上限 500 MB");
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var since = Show.Moment(host.Storage.Current.SpoolSince!.Value, host.Now, zone);
        await Expect(tab[".storage dl"]).ToContainTextAsync(language == "en" ? "7 min (since " + since : "7 分钟（" + since);
        await Expect(tab[".storage .notice"].First).ToContainTextAsync(language == "en" ? "The system says: the disk" : "系统报告：the disk");
        await AssertFitsAsync(tab, width);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task AlarmOfTheSystem_InTheList_HasANameAndLeadsToThePage(string language, int width)
    {
        await using var host = await DashboardHost.StartAsync(prepare: Trouble);
        await using var tab = await browser.OpenAsync(width, 900, language);
        await tab.GoAsync(host.Url("/alarms"));
        await tab.ScreenshotAsync($"alarms-{language}-{width}-system");

        var row = tab["[data-alarm='91']"];
        var storage = language == "en" ? "Storage" : "存储";
        Assert.Equal(storage, (await row.Locator(".what a").InnerTextAsync()).Trim());
        await Expect(tab["[data-alarm='92'] .against"]).ToContainTextAsync("999");
        var raised = host.Alarms.Active.Single(static a => a.Id == 91).RaisedAt.AddHours(8);
        await Expect(row.Locator(".since")).ToContainTextAsync(raised.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        await AssertFitsAsync(tab, width);
        await row.Locator(".what a").ClickAsync();
        await Expect(tab["h1"]).ToHaveTextAsync(storage);
        tab.AssertNoComplaints();
    }

    [Theory]
    [InlineData(9, @"in about 9 d \(20\d\d-\d\d-\d\d\)")]
    [InlineData(700, @"around 20\d\d-\d\d")]
    [InlineData(4000, "not in sight")]
    public async Task Page_Forecast_IsAsPreciseAsItCanBe(int days, string text)
    {
        await using var host = await DashboardHost.StartAsync(
            prepare: h => h.Storage.Current = DemoData.Storage with { FullAt = h.Now.AddDays(days).AddHours(1) });
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(host.Url("/storage"));

        await Expect(tab[".storage dl"]).ToContainTextAsync(new Regex(text));
    }

    [Fact]
    public async Task Page_FullLateInTheEveningUtc_TellsTheDayAtTheSite()
    {
        var at = TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(20).AddHours(20);
        await using var host = await DashboardHost.StartAsync(prepare: h => h.Storage.Current = DemoData.Storage with { FullAt = at });
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(host.Url("/storage"));

        await Expect(tab[".storage dl"]).ToContainTextAsync(at.AddHours(8).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Line_StoreFailsAndRecovers_FollowsWithinASecondOrTwo()
    {
        await using var host = await DashboardHost.StartAsync();
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(host.Url());
        await Expect(tab[".foot a"]).ToContainTextAsync("Readings are kept");

        host.Storage.Current = DemoData.Storage with { NotKeeping = "the disk is full" };
        await Expect(tab[".foot a.trouble"]).ToContainTextAsync("Readings are not kept");
        host.Storage.Current = DemoData.Storage with { NotDelivering = "connection refused" };
        await Expect(tab[".foot a.trouble"]).ToContainTextAsync("The remote store does not take readings");
        host.Storage.Current = DemoData.Storage;
        await Expect(tab[".foot a"]).ToHaveAttributeAsync("data-storage", "fine");
        tab.AssertNoComplaints();
    }

    private static void Trouble(DashboardHost host)
    {
        host.Storage.Current = DemoData.Storage with
        {
            Kind = "influx",
            NotKeeping = "the disk has only 83 MB left, and 100 MB are held back for alarms (Ingest:MinFreeMegabytes)",
            NotDelivering = "http://127.0.0.1:8086 does not answer: connection refused",
            FreeBytes = 83L << 20,
            BytesPerDay = null,
            SpoolReadings = 1_250_000,
            SpoolBytes = 48L << 20,
            SpoolLimitBytes = 500L << 20,
            SpoolSince = host.Now.AddMinutes(-7).AddSeconds(-5),
            Refused = 12,
        };
        host.Alarms.Preset(DemoData.Alarms(host.Now));
        host.Alarms.Preset(
            OfTheStore(91, "SYS-01", AlarmPriority.Critical, host.Now.AddSeconds(-40), new("数据无法保存", "Readings cannot be kept"), null, null),
            OfTheStore(92, "SYS-02", AlarmPriority.High, host.Now.AddMinutes(-8), new("磁盘剩余空间不足（MB）", "The disk is nearly full (MB free)"), 999, 1000));
    }

    private static Alarm OfTheStore(
        long id, string rule, AlarmPriority priority, DateTime at, LocalizedText title, double? value, double? limit) => new()
    {
        Id = id,
        Rule = rule,
        Equipment = SystemAlarm.Storage,
        Priority = priority,
        State = AlarmState.Unacknowledged,
        Title = title,
        Action = new("腾出磁盘空间，或修复存储。", "Free disk space, or repair the store."),
        Value = value,
        Limit = limit,
        RaisedAt = at,
    };

    private static async Task AssertFitsAsync(Tab tab, int width)
    {
        Assert.False(await tab.ScrollsSidewaysAsync());
        if (width == 375) Assert.Empty(await tab.SmallTargetsAsync());
        tab.AssertNoComplaints();
    }
}
