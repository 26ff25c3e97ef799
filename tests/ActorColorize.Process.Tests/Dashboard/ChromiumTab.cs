using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ActorColorize.Process.Tests.Dashboard;

/// <summary>A tab of the Chromium that is installed on this machine; nothing is downloaded.</summary>
internal sealed class ChromiumTab : IAsyncDisposable
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly ConcurrentQueue<string> _complaints;

    private ChromiumTab(IPlaywright playwright, IBrowser browser, IPage page, ConcurrentQueue<string> complaints)
    {
        _playwright = playwright;
        _browser = browser;
        _complaints = complaints;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Violations of the page's security policy, and exceptions of its scripts.</summary>
    public IEnumerable<string> Complaints => _complaints;

    public static async Task<ChromiumTab> OpenAsync()
    {
        var program = Array.Find(Programs, File.Exists);
        Assert.True(
            program is not null,
            $"Chromium is missing (Debian, Ubuntu: apt-get install chromium); looked for {string.Join(", ", Programs)}"
        );
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = program,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
            }
        );
        var context = await browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1280, Height = 900 },
            }
        );
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(120_000);
        Assertions.SetDefaultExpectTimeout(120_000);
        var complaints = new ConcurrentQueue<string>();
        page.Console += (_, message) =>
        {
            // An interrupted connection is reported as an error as well; that is part of the test
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        return new ChromiumTab(playwright, browser, page, complaints);
    }

    /// <summary>Fails if axe finds a serious barrier for people who use a keyboard or a screen reader on the page shown.</summary>
    public async Task RequireAccessibleAsync()
    {
        var barriers = (await Page.RunAxe())
            .Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{Page.Url}: {violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}")
            .ToList();
        Assert.True(barriers.Count == 0, string.Join('\n', barriers));
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
