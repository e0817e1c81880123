using System.Globalization;
using System.Text.RegularExpressions;
using Plantroom.Dashboard.Tests.Demo;
using Plantroom.TestKit.Browser;
using static Microsoft.Playwright.Assertions;

namespace Plantroom.Dashboard.Tests.Pages;

/// <summary>The trend of a day, a week, a month and a year.</summary>
public sealed partial class TrendRangeTests(BrowserFixture browser)
{
    public static TheoryData<string, string, int> Forms()
    {
        var forms = new TheoryData<string, string, int>();
        foreach (var range in new[] { "", "7d", "31d", "1y" })
            foreach (var (language, width) in new[] { ("zh-CN", 1440), ("zh-CN", 375), ("en", 1440), ("en", 375) })
                forms.Add(range, language, width);
        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Trend_WithOneSpike_ShowsItInEveryRange(string range, string language, int width)
    {
        await using var host = await DashboardHost.StartAsync(prepare: AddYear);
        await using var tab = await browser.OpenAsync(width, 900, language);

        await tab.GoAsync(host.Url("/equipment/hq/SP-2?point=level&range=" + range));
        await tab.ScreenshotAsync($"trend-level-{(range == "" ? "24h" : range)}-{language}-{width}");

        // The year's own readings stay below 1.2 m; the scale ends at 4, so a spike of 3.5 m reaches the upper quarter.
        Assert.InRange(Highest(await tab[".chart .band"].GetAttributeAsync("d")), 0, 25);
        Assert.InRange(await tab[".chart .tick"].CountAsync(), 4, 8);
        Assert.Equal(range == "" ? 0 : 1, Regex.Count(await tab[".spans a[aria-current]"].GetAttributeAsync("href") ?? "", "range="));
        Assert.False(await TicksOverlapAsync(tab));
        Assert.False(await tab.ScrollsSidewaysAsync());
        if (width == 375) Assert.Empty(await tab.SmallTargetsAsync());
        tab.AssertNoComplaints();
    }

    [Theory]
    [InlineData("7d", "zh-CN", 1440)]
    [InlineData("31d", "en", 375)]
    [InlineData("1y", "zh-CN", 375)]
    [InlineData("1y", "en", 1440)]
    public async Task Trend_OfASwitchOverAWhile_ShowsThePartOfTheTime(string range, string language, int width)
    {
        await using var host = await DashboardHost.StartAsync(prepare: AddYear);
        await using var tab = await browser.OpenAsync(width, 900, language);

        await tab.GoAsync(host.Url("/equipment/hq/P-201?point=running&range=" + range));
        await tab.ScreenshotAsync($"trend-running-{range}-{language}-{width}");

        var heights = await tab[".chart .share"].EvaluateAllAsync<double[]>("bars => bars.map(b => b.height.baseVal.value)");
        Assert.True(heights.Length > 100);
        Assert.All(heights, static h => Assert.InRange(h, 3, 80));
        Assert.InRange(heights.Average(), 8, 60);
        await tab[".chart"].HoverAsync();
        await Expect(tab[".readout"]).ToHaveTextAsync(language == "en" ? EnglishShare() : ChineseShare());
        tab.AssertNoComplaints();
    }

    [Fact]
    public async Task Range_Chosen_StaysWithTheNextPoint()
    {
        await using var host = await DashboardHost.StartAsync(prepare: AddYear);
        await using var tab = await browser.OpenAsync();
        await tab.GoAsync(host.Url("/equipment/hq/SP-2?point=level"));
        await Expect(tab[".spans a[aria-current]"]).ToHaveTextAsync("24 h");

        await tab[".spans a"].Nth(1).ClickAsync();
        await Expect(tab[".spans a[aria-current]"]).ToHaveTextAsync("7 d");
        await Expect(tab[".chart .tick"]).ToHaveCountAsync(7);
        await tab["[data-point=highFloat] .name"].ClickAsync();

        await Expect(tab["#trend"]).ToContainTextAsync("High-level float");
        await Expect(tab[".spans a[aria-current]"]).ToHaveTextAsync("7 d");
        Assert.EndsWith("?point=highFloat&range=7d", tab.Page.Url, StringComparison.Ordinal);
        tab.AssertNoComplaints();
    }

    [Theory]
    [InlineData("zh-CN", "历史数据暂时无法读取。系统报告：InfluxDB does not answer")]
    [InlineData("en", "The history cannot be read at the moment.The system says: InfluxDB does not answer")]
    public async Task Trend_StoreAway_SaysSoAndWhy(string language, string text)
    {
        await using var host = await DashboardHost.StartAsync();
        host.History.Failure = new HistoryUnavailableException("InfluxDB does not answer");
        await using var tab = await browser.OpenAsync(375, 900, language);

        await tab.GoAsync(host.Url("/equipment/hq/SP-1?point=level&range=1y"));
        await tab.ScreenshotAsync($"trend-away-{language}-375");

        await Expect(tab[".trend-section .notice"]).ToHaveTextAsync(text);
        await Expect(tab[".chart"]).ToHaveCountAsync(0);
        await Expect(tab["[data-point=level] .reading"]).ToContainTextAsync("0.82");
    }

    [Fact]
    public async Task Trend_StoreHangs_LiveValuesGoOnAndItIsDrawnWhenItComes()
    {
        var gate = new TaskCompletionSource();
        await using var host = await DashboardHost.StartAsync(prepare: AddYear);
        host.History.Gate = gate.Task;
        await using var tab = await browser.OpenAsync();

        await tab.GoAsync(host.Url("/equipment/hq/SP-2?point=level"));
        await Expect(tab[".no-history"]).ToHaveTextAsync("Reading…");
        await host.ReadAsync("hq/SP-2/level", 1.11);
        await Expect(tab["[data-point=level] .reading"]).ToContainTextAsync("1.11");

        gate.SetResult();
        await Expect(tab[".chart .mean"]).ToHaveCountAsync(1);
        tab.AssertNoComplaints();
    }

    private static void AddYear(DashboardHost host)
    {
        foreach (var (equipment, point) in new[] { ("SP-2", "level"), ("P-201", "running") })
        {
            var definition = host.Facility.Current.Find(new EquipmentId("hq", equipment))!.Points.Single(p => p.Id.Point == point);
            host.History.Add(DemoData.Year(definition, host.Now.AddSeconds(-10)));
        }
    }

    /// <summary>The smallest distance from the top, in percent.</summary>
    private static double Highest(string? path) =>
        Coordinates().Matches(path!).Min(static m => double.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    private static Task<bool> TicksOverlapAsync(Tab tab) => tab.Page.EvaluateAsync<bool>(
        """
        () => {
            const boxes = [...document.querySelectorAll(".chart .tick text")].map(t => t.getBoundingClientRect());
            return boxes.some((b, i) => i > 0 && b.left < boxes[i - 1].right + 2);
        }
        """);

    [GeneratedRegex(@"[ML][\d.]+ ([\d.]+)")]
    private static partial Regex Coordinates();

    [GeneratedRegex(@"\d\d-\d\d(\s\d\d:\d\d)?\s+.+ for <?\d+\.\d % of the time$")]
    private static partial Regex EnglishShare();

    [GeneratedRegex(@"\d\d-\d\d(\s\d\d:\d\d)?\s+.+ 占 <?\d+\.\d % 的时间$")]
    private static partial Regex ChineseShare();
}
