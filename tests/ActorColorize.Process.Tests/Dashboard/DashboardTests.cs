using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorColorize.Actors.Tests.Pictures;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace ActorColorize.Process.Tests.Dashboard;

/// <summary>The dashboard of a real daemon in a real browser, used as a person would.</summary>
[Trait("Speed", "Slow")]
public sealed class DashboardTests(ITestOutputHelper output) : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly DrawnDataset _data = new(training: 60);

    private string DataFolder => Path.Combine(_scratch.Path, "data", "actorcolorize");

    [Fact]
    public async Task A_run_is_started_watched_paused_and_followed_across_a_killed_daemon()
    {
        var command = new TrainingCommand(_scratch, _data.Root, "run", steps: 100_000);
        await using var tab = await ChromiumTab.OpenAsync();
        var page = tab.Page;
        UsePort(FreePorts.First()); // the usual port may be another daemon's by the time of the second start
        using (var daemon = await StartDaemonAsync())
        {
            await SignInAsync(page);
            await Expect(page.GetByText("No runs yet.")).ToBeVisibleAsync();
            await tab.RequireAccessibleAsync();
            await page.EvaluateAsync("window.isSamePage = true");

            await page.GetByRole(AriaRole.Button, new() { Name = "Start a run" }).ClickAsync();
            await page.Locator("[name=data]").FillAsync(command.Data);
            await page.Locator("[name=folder]").FillAsync("runs/first"); // wrong: not absolute
            await page.GetByText("More", new() { Exact = true }).ClickAsync();
            await page.Locator("[name=configuration]").FillAsync(command.ConfigurationFile);
            await page.Locator("[name=precision]").SelectOptionAsync("fp32");
            await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
            await Expect(page.Locator("dialog [role=alert]")).ToContainTextAsync("not an absolute path");
            await tab.RequireAccessibleAsync();
            await page.Locator("[name=folder]").FillAsync(command.Run);
            await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();

            await GrowsAsync(page);
            await GrowsAsync(page);
            await Expect(page.Locator("#panel-slider")).Not.ToHaveAttributeAsync("max", "0"); // two panels
            var newest = await page.Locator("#panel-image").GetAttributeAsync("src");
            await page.Locator("#panel-slider").FocusAsync();
            await page.Keyboard.PressAsync("Home");
            await Expect(page.Locator("#panel-step")).ToContainTextAsync("(1 of ");
            await Expect(page.Locator("#panel-image")).Not.ToHaveAttributeAsync("src", newest!);
            await Expect(page.Locator("ab-planes > p")).ToContainTextAsync("of the colours are common to both");
            await tab.RequireAccessibleAsync();

            await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
            await Expect(page.Locator(".title .badge")).ToHaveTextAsync("paused");
            await daemon.KillAsync();
            await Expect(page.Locator("#link-state")).ToContainTextAsync("Disconnected");
        }

        using var again = await StartDaemonAsync();
        await Expect(page.Locator("#link-state")).ToHaveTextAsync("Live");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.Locator(".title .badge")).ToHaveTextAsync("running");
        await GrowsAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(page.Locator(".title .badge")).ToHaveTextAsync("stopped");

        await PromoteAndDeleteAsync(tab);

        // Two runs in one chart
        await page.Locator("nav a[href='#/runs']").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start a run" }).ClickAsync();
        await page.Locator("[name=data]").FillAsync(command.Data);
        await page.Locator("[name=folder]").FillAsync(Path.Combine(_scratch.Path, "second"));
        await page.GetByText("More", new() { Exact = true }).ClickAsync();
        await page.Locator("[name=configuration]").FillAsync(command.ConfigurationFile);
        await page.Locator("[name=precision]").SelectOptionAsync("fp32");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await GrowsAsync(page);
        await page.Locator("nav a[href='#/runs']").ClickAsync();
        await Expect(page.Locator("#runs > li")).ToHaveCountAsync(2);
        await page.Locator("#runs .choice input").Nth(0).CheckAsync();
        await page.Locator("#runs .choice input").Nth(1).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare 2 runs" }).ClickAsync();
        await Expect(page.Locator("#compare-loss path.line.c0")).ToHaveAttributeAsync("d", SomePath);
        await Expect(page.Locator("#compare-loss path.line.c1")).ToHaveAttributeAsync("d", SomePath);
        await Expect(page.Locator(".compared tbody tr")).ToHaveCountAsync(2);
        await tab.RequireAccessibleAsync();
        await page.GoBackAsync();
        await page.Locator("#runs li a").Nth(0).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(page.Locator(".title .badge")).ToHaveTextAsync("stopped");
        await page.Locator("nav a[href='#/runs']").ClickAsync();
        await page.Locator("#runs li a").Nth(1).ClickAsync();

        // Every logged step is on the curve once
        var steps = command.Losses().Select(point => point.Step).ToArray();
        await UntilAsync(page, points => points == steps.Length);
        Assert.Equal(steps.Distinct().Count(), steps.Length);
        Assert.True(await page.EvaluateAsync<bool>("window.isSamePage"));
        Assert.Empty(tab.Complaints);
        Assert.Equal(0, (await again.TerminateAsync()).ExitCode);
    }

    [Fact]
    public async Task An_archive_and_a_single_photograph_are_coloured_and_looked_at()
    {
        var archive = Path.Combine(_scratch.Path, "old");
        for (var i = 0; i < 3; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i}.jpg"), i, 120, 90, grey: true);
        await File.WriteAllTextAsync(Path.Combine(archive, "broken.jpg"), "no picture");
        await using var tab = await ChromiumTab.OpenAsync();
        var page = tab.Page;
        using var daemon = await StartDaemonAsync();
        await SignInAsync(page);

        await page.GetByRole(AriaRole.Link, new() { Name = "Jobs" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit a job" }).ClickAsync();
        await page.Locator("[name=input]").FillAsync(archive);
        await page.Locator("[name=output]").FillAsync(Path.Combine(_scratch.Path, "coloured"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }).ClickAsync();
        await Expect(page.Locator(".title .badge")).ToHaveTextAsync("completed with errors");
        await page.GetByRole(AriaRole.Button, new() { Name = "failed 1" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "broken.jpg" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "done 3" }).ClickAsync();
        await Expect(page.Locator(".thumb img[src^='blob:']")).ToHaveCountAsync(3);
        await tab.RequireAccessibleAsync();

        await page.Locator(".thumb").First.ClickAsync();
        await Expect(page.Locator("#compare-title")).ToContainTextAsync("(1 of 3");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("#compare-title")).ToContainTextAsync("(2 of 3");
        await Expect(page.Locator("dialog img.after[src^='blob:']")).ToBeVisibleAsync();
        await tab.RequireAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Try it" }).ClickAsync();
        await page.Locator("#picture-file").SetInputFilesAsync(Path.Combine(archive, "0.jpg"));
        var after = page.Locator("before-after img.after");
        await Expect(after).ToHaveAttributeAsync("src", new Regex("^blob:", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var first = await after.GetAttributeAsync("src");
        var coloured = await MeanChromaAsync(page);
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.Contains("/v1/colorize", StringComparison.Ordinal) ? 1 : 0;
        await page.Locator("[name=strength]").FillAsync("0");
        await Expect(after).Not.ToHaveAttributeAsync("src", first!);
        Assert.True(coloured > 1, $"mean difference of the channels {coloured}");
        Assert.Equal(0, await MeanChromaAsync(page), 1.0); // the original is grey
        Assert.Equal(0, asked); // the sliders of strength and saturation need no daemon
        Assert.EndsWith("#/try?strength=0", page.Url, StringComparison.Ordinal);
        await page.Locator("[name=strength]").FillAsync("1");

        // Nor do temperature and rebalance; the download has them
        foreach (var (name, value) in new[] { ("temperature", "0.1"), ("rebalance", "0") })
        {
            var shown = await after.GetAttributeAsync("src");
            await page.GetByLabel($"Choose {name}").CheckAsync();
            await page.Locator($"[name={name}]").FillAsync(value);
            await Expect(page.Locator(".slider", new() { HasText = name }).Locator("output")).ToHaveTextAsync(value);
            await Expect(after).Not.ToHaveAttributeAsync("src", shown!);
        }

        Assert.NotEqual(coloured, await MeanChromaAsync(page), 0.5);
        Assert.Equal(0, asked);
        await page.Locator("[name=rebalance]").FillAsync("0.5");
        var download = page.WaitForRequestAsync(request => request.Url.Contains("/v1/colorize?", StringComparison.Ordinal));
        var saving = page.WaitForDownloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Download at full size" }).ClickAsync();
        var saved = await saving;
        Assert.Equal("coloured-0.jpg", saved.SuggestedFilename);
        Assert.EndsWith("?strength=1&temperature=0.1&rebalance=0.5", (await download).Url, StringComparison.Ordinal);
        var bytes = await File.ReadAllBytesAsync(await saved.PathAsync());
        Assert.Equal([0xFF, 0xD8], bytes[..2]);
        Assert.NotEqual(await File.ReadAllBytesAsync(Path.Combine(archive, "0.jpg")), bytes);
        await tab.RequireAccessibleAsync();
        await page.Locator("#picture-file").SetInputFilesAsync(Path.Combine(archive, "broken.jpg"));
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not a picture of these formats");

        foreach (
            var (name, text) in new[]
            {
                ("Cluster", "One daemon on this machine"),
                ("Models", "No named models yet."),
                ("Jobs", "completed with errors"),
            }
        )
        {
            await page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(name);
            await Expect(page.GetByText(text).First).ToBeVisibleAsync();
            await tab.RequireAccessibleAsync();
        }

        // A tab without a token is told how to get one
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(page.Url);
        await Expect(other.GetByText("You are not signed in.")).ToBeVisibleAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_page_of_a_colorize_command_pauses_its_job_and_resumes_it()
    {
        const int pictures = 300; // several units more than a device holds at a time
        var (archive, results) = (Path.Combine(_scratch.Path, "old"), Path.Combine(_scratch.Path, "coloured"));
        for (var i = 0; i < pictures; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i}.jpg"), i, 64, 48, grey: true);
        var state = Path.Combine(results, ".actorcolorize", "dashboard");
        await using var tab = await ChromiumTab.OpenAsync();
        var page = tab.Page;
        using var command = new RunningProgram(_scratch, "colorize", archive, "--out", results, "--ui");
        await command.UntilAsync(() => File.Exists(Path.Combine(state, "rest.json")), "it has a dashboard");
        var printed = await ProgramRun.OfProgramAsync(_scratch, "dashboard", "--data-folder", state, "--json");
        await page.GotoAsync(JsonDocument.Parse(printed.Output).RootElement.GetProperty("url").GetString()!);

        await page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();

        await Expect(page.Locator(".title .badge")).ToHaveTextAsync("paused");
        await Expect(page.GetByText("Paused by", new() { Exact = false }).And(page.Locator("p"))).ToBeVisibleAsync();
        using var client = RestClient(state);
        var path = $"/v1/jobs/{page.Url.Split('/')[^1]}";
        JsonElement paused;
        using (var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200)))
        {
            do // pictures in progress are finished
            {
                await tick.WaitForNextTickAsync();
                paused = JsonDocument.Parse(await client.GetStringAsync(path)).RootElement;
            } while (paused.GetProperty("leased").GetInt64() > 0);
        }

        Assert.InRange(paused.GetProperty("done").GetInt64(), 0, pictures - 1);
        // An interruption between the command and what it changed: the page says nothing of its own, and shows the change later
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFailed += (_, _) => interrupted.TrySetResult();
        await page.RouteAsync($"**{path}", route => route.AbortAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true }).ClickAsync();
        await interrupted.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await page.UnrouteAsync($"**{path}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true })).ToBeHiddenAsync();
        var ended = await command.EndAsync();
        Assert.True(ended.ExitCode == 0, ended.Error);
        Assert.Equal(pictures, Directory.GetFiles(results, "*.jpg").Length);
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task The_folders_of_a_job_are_chosen_with_the_keyboard()
    {
        var photos = Path.Combine(_scratch.Path, "photos");
        for (var i = 0; i < 103; i++)
            Directory.CreateDirectory(Path.Combine(photos, $"year {i:000}"));
        DrawnDataset.Draw(Path.Combine(photos, "year 102", "one.jpg"), 1, 60, 40, grey: true);
        Directory.CreateSymbolicLink(Path.Combine(photos, "year 102", "out"), "/");
        await using var tab = await ChromiumTab.OpenAsync();
        var page = tab.Page;
        var settings = Path.Combine(_scratch.Path, "settings.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(new { rest = new { browse_roots = new[] { photos } } }));
        using var daemon = await StartDaemonAsync("--config", settings);
        await SignInAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Jobs" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit a job" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Browse for photographs" }).ClickAsync();
        var focused = page.Locator(".folders button:focus");
        await Expect(focused).ToHaveTextAsync($"▸ {photos}");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".folders li")).ToHaveCountAsync(101); // the first page, and the way up
        await tab.RequireAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(focused).ToHaveTextAsync("▸ year 100");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".place")).ToHaveTextAsync(Path.Combine(photos, "year 102"));
        await Expect(page.Locator(".folders li")).ToHaveTextAsync(["▴ Folder above", "▫ one.jpg"]); // the link is not there
        await tab.RequireAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "one.jpg" }).ClickAsync();
        await Expect(page.Locator("[name=input]")).ToHaveValueAsync(Path.Combine(photos, "year 102", "one.jpg"));

        await page.Locator("[name=output]").FillAsync(Path.Combine(photos, "year 000"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Browse for results" }).ClickAsync();
        await Expect(page.Locator(".place")).ToHaveTextAsync(Path.Combine(photos, "year 000"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose this folder" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }).ClickAsync();
        await Expect(page.Locator(".title .badge")).ToHaveTextAsync("completed");
        Assert.True(File.Exists(Path.Combine(photos, "year 000", "one.jpg")));
        Assert.Empty(tab.Complaints);
    }

    /// <summary>
    /// Expected: the daemon's own reading of the same picture. A logit of half precision is off by at most 2⁻¹¹ of itself; bins within 16
    /// nats of the largest count, so a weight is off by a factor of at most e^(2·16·2⁻¹¹/T), and the mean by that share of the mean
    /// distance of colours from it, below 30. At temperature 0 bins that close may change places: few cells.
    /// </summary>
    [Fact]
    public async Task The_page_reads_the_distributions_as_the_daemon_does()
    {
        var picture = Path.Combine(_scratch.Path, "grey.png");
        DrawnDataset.Draw(picture, 4, 160, 120, grey: true);
        await using var tab = await ChromiumTab.OpenAsync();
        using var daemon = await StartDaemonAsync();
        await SignInAsync(tab.Page);
        using var client = RestClient(DataFolder);
        var seen = new List<double>();

        // The models that come with the program: one of two sizes with entropy and taper, one without
        foreach (var model in Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Installation.Program)!, "models"), "*.safetensors"))
        {
            var first = await ColourAsync($"distribution=true&model={model}");
            foreach (var (temperature, rebalance) in new (double, double)[] { (1, 1), (1, 0.5), (0.5, 0.8), (0.25, 0), (0, 0.5) })
                await CompareAsync(model, first, temperature, rebalance);
        }

        Assert.Equal(10, seen.Count);
        Assert.True(seen.Max() > 5, string.Join(' ', seen)); // the readings differ, so the test could fail
        Assert.Empty(tab.Complaints);

        async Task CompareAsync(string model, string first, double temperature, double rebalance)
        {
            var own = await ColourAsync(
                FormattableString.Invariant($"distribution=true&model={model}&temperature={temperature}&rebalance={rebalance}")
            );
            var differences = await tab.Page.EvaluateAsync<double[]>(
                Compare,
                new
                {
                    first,
                    own,
                    temperature,
                    rebalance,
                }
            );
            var (largest, share, moved) = (differences[0], differences[1], differences[2]);
            var tolerance = 30 * (Math.Exp(2 * 16 / 2048.0 / temperature) - 1);
            Assert.True(temperature == 0 ? share < 0.01 : largest < tolerance, $"{temperature}, {rebalance}: {largest}, {share}");
            seen.Add(moved);
            output.WriteLine(
                FormattableString.Invariant($"{Path.GetFileName(model)}, T {temperature}, λ {rebalance}: at most {largest:0.0000} off")
                    + FormattableString.Invariant($" ({tolerance:0.0} allowed), {moved:0.0} from the recommended reading")
            );
        }

        async Task<string> ColourAsync(string query)
        {
            using var body = new ByteArrayContent(await File.ReadAllBytesAsync(picture));
            body.Headers.ContentType = new("image/png");
            using var answer = await client.PostAsync($"/v1/colorize?{query}", body);
            answer.EnsureSuccessStatusCode();
            var path = answer.Headers.GetValues("Link").Single().Split('<', '>')[1];
            return Convert.ToBase64String(await client.GetByteArrayAsync(path));
        }
    }

    /// <summary>Largest difference of two readings, share of cells that differ by more than 0.1, distance from the first.</summary>
    private const string Compare = """
        async ({ first, own, temperature, rebalance }) => {
          const { Distribution } = await import('/dashboard/distribution.js');
          const [base, expected] = [first, own].map((text) => new Distribution(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer));
          const read = base.read(temperature, rebalance);
          const differences = read.map((value, i) => Math.abs(value - expected.ab[i]));
          return [
            Math.max(...differences),
            differences.filter((difference) => difference > 0.1).length / differences.length,
            Math.max(...read.map((value, i) => Math.abs(value - base.ab[i]))),
          ];
        }
        """;

    private static HttpClient RestClient(string folder)
    {
        var rest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "rest.json"))).RootElement;
        var client = new HttpClient { BaseAddress = new Uri(rest.GetProperty("url").GetString()!) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", rest.GetProperty("token").GetString());
        return client;
    }

    [Fact]
    public async Task Rejected_results_are_run_again_with_other_settings()
    {
        var archive = Path.Combine(_scratch.Path, "old");
        var results = Path.Combine(_scratch.Path, "coloured");
        for (var i = 0; i < 3; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i}.png"), i, 120, 90, grey: true);
        await using var tab = await ChromiumTab.OpenAsync();
        var page = tab.Page;
        using var daemon = await StartDaemonAsync();
        await SignInAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Jobs" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit a job" }).ClickAsync();
        await page.Locator("[name=input]").FillAsync(archive);
        await page.Locator("[name=output]").FillAsync(results);
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }).ClickAsync();
        await Expect(page.Locator(".title .badge")).ToHaveTextAsync("completed");
        var first = page.Url.Split('/')[^1];
        var before = Contents();

        // One in the gallery, one by the keyboard, one approved and taken back
        await page.Locator("[aria-label='Review of 0.png'] .reject").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "rejected 1" })).ToBeVisibleAsync();
        await page.Locator(".thumb").Nth(1).ClickAsync();
        await Expect(page.Locator("#compare-title")).ToContainTextAsync("(2 of 3");
        await tab.RequireAccessibleAsync();
        await page.Keyboard.PressAsync("r");
        await Expect(page.Locator("#compare-title")).ToContainTextAsync("(3 of 3");
        await page.Keyboard.PressAsync("a");
        await Expect(page.Locator("dialog .approve")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Locator("dialog .approve").ClickAsync();
        await Expect(page.Locator("dialog .approve")).ToHaveAttributeAsync("aria-pressed", "false");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "rejected 2" }).ClickAsync();
        await Expect(page.Locator(".thumb")).ToHaveCountAsync(2);
        var said = await ProgramRun.OfProgramAsync(_scratch, "job", "review", first);
        Assert.True(said.ExitCode == 0, said.Error);
        Assert.Contains("rejected: 1.png", said.Output, StringComparison.Ordinal);
        Assert.Contains("0 approved, 2 rejected", said.Output, StringComparison.Ordinal);
        Assert.Equal("rejected rejected -", Reviews());

        await page.GetByRole(AriaRole.Button, new() { Name = "Run rejected again" }).ClickAsync();
        await tab.RequireAccessibleAsync();
        await page.Locator("dialog [name=strength]").FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run again" }).ClickAsync();
        await Expect(page.GetByText($"rejected ones of job {first}")).ToBeVisibleAsync();
        await Expect(page.Locator(".title .badge")).ToHaveTextAsync("completed");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "done 2" })).ToBeVisibleAsync();
        var after = Contents();
        Assert.Equal([true, true, false], before.Zip(after, (old, now) => !old.SequenceEqual(now)));
        Assert.Equal("- - -", Reviews()); // the rejected results are gone

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await page.Locator("dialog .danger").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Jobs");
        await Expect(page.Locator("#jobs > li")).ToHaveCountAsync(1);
        Assert.Equal(after, Contents());
        Assert.Empty(tab.Complaints);

        byte[][] Contents() => [.. Enumerable.Range(0, 3).Select(i => File.ReadAllBytes(Path.Combine(results, $"{i}.png")))];

        string Reviews() =>
            string.Join(
                ' ',
                File.ReadLines(Path.Combine(results, "manifest.jsonl"))
                    .Select(line => JsonDocument.Parse(line).RootElement)
                    .GroupBy(line => line.GetProperty("path").GetString(), StringComparer.Ordinal)
                    .OrderBy(lines => lines.Key, StringComparer.Ordinal)
                    .Select(lines => lines.Last().TryGetProperty("review", out var review) ? review.GetString() : "-")
            );
    }

    public void Dispose()
    {
        _data.Dispose();
        _scratch.Dispose();
    }

    private static readonly Regex SomePath = new("^M.*L", RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>The best checkpoint of the run shown becomes a model, which is deleted with its files.</summary>
    private async Task PromoteAndDeleteAsync(ChromiumTab tab)
    {
        var page = tab.Page;
        var models = Path.Combine(DataFolder, "models");
        await page.GetByRole(AriaRole.Button, new() { Name = "Promote…", Exact = true }).ClickAsync();
        await page.Locator("dialog [name=model]").FillAsync("drawn");
        await tab.RequireAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Promote", Exact = true }).ClickAsync();
        await Expect(page.GetByText("is the model 'drawn'")).ToBeVisibleAsync();
        Assert.NotEmpty(Directory.GetFiles(models, "*.safetensors", SearchOption.AllDirectories));
        await page.Locator("nav a[href='#/models']").ClickAsync();
        await Expect(page.Locator(".row strong")).ToHaveTextAsync("drawn");
        await tab.RequireAccessibleAsync();

        await page.Locator(".row .danger").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator(".row strong")).ToHaveTextAsync("drawn");
        await page.Locator(".row .danger").ClickAsync();
        await tab.RequireAccessibleAsync();
        await page.Locator("dialog .danger").ClickAsync();
        await Expect(page.GetByText("No named models yet.")).ToBeVisibleAsync();
        Assert.Empty(Directory.GetFiles(models, "*.safetensors", SearchOption.AllDirectories));
    }

    /// <summary>How many points the line of the training loss has.</summary>
    private const string Points = "(document.querySelector('#chart-loss path.line.train')?.getAttribute('d').match(/[ML]/g)?.length ?? 0)";

    private static async Task GrowsAsync(IPage page)
    {
        var before = await page.EvaluateAsync<int>(Points);
        await UntilAsync(page, points => points > before + 1);
    }

    /// <summary>Asks from outside again and again: the page's security policy forbids Playwright's own waiting for an expression.</summary>
    private static async Task UntilAsync(IPage page, Predicate<int> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!holds(await page.EvaluateAsync<int>(Points)))
            await tick.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>How much red and blue differ in the picture shown, on average, 0 to 255.</summary>
    private static Task<double> MeanChromaAsync(IPage page) =>
        page.EvaluateAsync<double>(
            """
            async () => {
              const image = document.querySelector('before-after img.after');
              await image.decode();
              const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
              const context = canvas.getContext('2d');
              context.drawImage(image, 0, 0);
              const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
              let sum = 0;
              for (let i = 0; i < data.length; i += 4) sum += Math.abs(data[i] - data[i + 2]);
              return sum / (data.length / 4);
            }
            """
        );

    private async Task<RunningProgram> StartDaemonAsync(params string[] options)
    {
        Directory.CreateDirectory(DataFolder);
        File.Delete(Path.Combine(DataFolder, "gateway.json")); // of a killed daemon
        var daemon = new RunningProgram(_scratch, ["serve", .. options]);
        await daemon.UntilAsync(() => File.Exists(Path.Combine(DataFolder, "gateway.json")), "it serves");
        return daemon;
    }

    /// <summary>As if a daemon had used the port last.</summary>
    private void UsePort(int port)
    {
        Directory.CreateDirectory(DataFolder);
        var key = RandomNumberGenerator.GetBytes(32);
        File.WriteAllText(Path.Combine(DataFolder, "dashboard.json"), JsonSerializer.Serialize(new { Key = key, Port = port }));
    }

    /// <summary>By the link that the command line prints.</summary>
    private async Task SignInAsync(IPage page)
    {
        var printed = await ProgramRun.OfProgramAsync(_scratch, "dashboard", "--json");
        Assert.True(printed.ExitCode == 0, printed.Error);
        var link = JsonDocument.Parse(printed.Output).RootElement.GetProperty("url").GetString()!;
        await page.GotoAsync(link);
        await Expect(page.Locator("#link-state")).ToHaveTextAsync("Live");
        Assert.EndsWith("/#/runs", page.Url, StringComparison.Ordinal);
    }
}
