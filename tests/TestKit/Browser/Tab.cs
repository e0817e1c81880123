using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;

namespace Plantroom.TestKit.Browser;

/// <summary>A page in a browser with everything it complained of: script errors, violations of the content security policy, failed requests.</summary>
public sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = [];

    public Tab(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            // Failed requests are collected below, where the address is known; the page itself may be a 404 on purpose.
            if (message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) return;
            if (message.Type is "error" or "warning") complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Enqueue($"uncaught: {error}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400 && response.Request.ResourceType is not "document") complaints.Enqueue($"{response.Status} {response.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>What the page complained of so far.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public ILocator this[string selector] => Page.Locator(selector);

    /// <summary>Opens an address and waits until the page is live, not only drawn.</summary>
    public async Task<IResponse> GoAsync(Uri address)
    {
        var response = await Page.GotoAsync(address.ToString());
        await Page.WaitForSelectorAsync(".strip[data-live]");
        return response!;
    }

    /// <summary>Whether anything is wider than the window.</summary>
    public Task<bool> ScrollsSidewaysAsync() =>
        Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");

    /// <summary>What a thumb could miss: links, buttons and fields that are less than 44 px high.</summary>
    public Task<string[]> SmallTargetsAsync() => Page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll("a:not(.skip), button, input")]
          .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
          .map(e => `${e.outerHTML.slice(0, 120)} ${e.getBoundingClientRect().height}`)
        """);

    public async Task ScreenshotAsync(string name, bool fullPage = true) =>
        await Page.ScreenshotAsync(new() { Path = BrowserFixture.Screenshot(name), FullPage = fullPage });

    public void AssertNoComplaints() => Assert.Empty(complaints);

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
