using System.Runtime.CompilerServices;
using Microsoft.Playwright;
using Xunit;

namespace Plantroom.TestKit.Browser;

/// <summary>
/// One real Chromium for the tests that ask for it: <c>PLANTROOM_CHROMIUM</c>, else <c>/usr/bin/chromium</c>. Where there is none, tests are skipped with
/// a message; with <c>CI=true</c> they fail, because there it must be.
/// </summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string Chromium = Environment.GetEnvironmentVariable("PLANTROOM_CHROMIUM") ?? "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium)) return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Headless = true, Args = Arguments });
    }

    /// <summary>Opens a window of its own, with its own cookies. What the page complains of is collected from the start.</summary>
    public async Task<Tab> OpenAsync(
        int width = 1440, int height = 900, string locale = "en", ColorScheme colours = ColorScheme.Light, bool touch = false)
    {
        if (browser is null)
        {
            var message = $"There is no browser at {Chromium}; set PLANTROOM_CHROMIUM.";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(message);
            Assert.Skip(message);
        }

        var context = await browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height }, Locale = locale, ColorScheme = colours, HasTouch = touch,
        });
        return new(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>The folder for screenshots, <c>artifacts/screenshots</c> of the repository.</summary>
    public static string Screenshot(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../artifacts/screenshots", name + ".png"));
}
