using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ActorColorize.Client.Tests;

namespace ActorColorize.Rest.Tests;

/// <summary>Curves and panels of a run, and thumbnails of a job: what is asked of the files, and what a client may keep.</summary>
public sealed class RunFileTests
{
    private static readonly string Run = ScriptedTraining.Run.Value;

    [Fact]
    public async Task Curves_are_asked_of_the_runs_own_folder_whole_in_part_or_from_a_cursor()
    {
        var files = new TrialFiles();
        await using var server = await TestRestServer.ForItsOwnerAsync(files: files);

        var whole = await TestRestServer.Json(await server.Client.GetAsync($"/v1/runs/{Run}/curves"));
        await server.Client.GetAsync($"/v1/runs/{Run}/curves?points=100&from=20&to=40");
        await server.Client.GetAsync($"/v1/runs/{Run}/curves?cursor={whole.GetProperty("cursor").GetString()}");

        Assert.Equal(
            [("/run", new CurveQuery(1500)), ("/run", new CurveQuery(100, null, 20, 40)), ("/run", new CurveQuery(1500, "v-1-0-0"))],
            files.Asked
        );
        Assert.Equal((10, 4), (whole.GetProperty("steps")[0].GetInt32(), whole.GetProperty("memory_bytes")[0].GetInt32()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, whole.GetProperty("loss")[0].ValueKind);
    }

    [Theory]
    [InlineData("points=11", 400)]
    [InlineData("points=10001", 400)]
    [InlineData("cursor=v-1-0-0&from=3", 400)]
    [InlineData("steps=3", 400)]
    public async Task Wrong_questions_about_curves_are_refused(string query, int status)
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        using var answer = await server.Client.GetAsync($"/v1/runs/{Run}/curves?{query}");

        await TestRestServer.ProblemAsync(answer, status, "bad-request");
    }

    [Fact]
    public async Task Colours_of_a_validation_are_shown_by_step()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        var newest = await TestRestServer.Json(await server.Client.GetAsync($"/v1/runs/{Run}/colors"));
        var earlier = await TestRestServer.Json(await server.Client.GetAsync($"/v1/runs/{Run}/colors?step=7"));
        using var none = await server.Client.GetAsync($"/v1/runs/{Run}/colors?step=0");

        Assert.Equal((20, 7), (newest.GetProperty("step").GetInt32(), earlier.GetProperty("step").GetInt32()));
        Assert.Equal([0.5, 0.5, 0, 0], newest.GetProperty("truth").EnumerateArray().Select(share => share.GetDouble()));
        await TestRestServer.ProblemAsync(none, 404, "unknown-path");
    }

    [Fact]
    public async Task An_unknown_run_and_an_unreadable_folder_are_problems()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync(files: new TrialFiles { Problem = new IOException("gone") });

        using var unknown = await server.Client.GetAsync("/v1/runs/run-77/curves");
        using var unreadable = await server.Client.GetAsync($"/v1/runs/{Run}/curves");
        using var unprepared = await server.Client.GetAsync($"/v1/runs/{Run}/document");

        await TestRestServer.ProblemAsync(unknown, 404, "unknown-run");
        Assert.Contains("gone", await TestRestServer.ProblemAsync(unreadable, 503, "unavailable"), StringComparison.Ordinal);
        await TestRestServer.ProblemAsync(unprepared, 404, "unknown-path");
    }

    [Fact]
    public async Task Panels_are_kept_by_clients_until_they_change()
    {
        var files = new TrialFiles();
        files.Drawn.Add(new RunPanel(200, DateTimeOffset.UnixEpoch, 4));
        await using var server = await TestRestServer.ForItsOwnerAsync(files: files);

        using var list = await server.Client.GetAsync($"/v1/runs/{Run}/panels");
        using var panel = await server.Client.GetAsync($"/v1/runs/{Run}/panels/200");
        using var listAgain = await AgainAsync(server, $"/v1/runs/{Run}/panels", list);
        using var panelAgain = await AgainAsync(server, $"/v1/runs/{Run}/panels/200", panel);
        files.Drawn.Add(new RunPanel(400, DateTimeOffset.UnixEpoch, 4));
        using var listLater = await AgainAsync(server, $"/v1/runs/{Run}/panels", list);
        using var none = await server.Client.GetAsync($"/v1/runs/{Run}/panels/300");

        Assert.Equal(200, (await TestRestServer.Json(list)).GetProperty("panels")[0].GetProperty("step").GetInt32());
        Assert.Equal(
            ("image/png", "no-cache, private"),
            (panel.Content.Headers.ContentType!.MediaType, panel.Headers.CacheControl!.ToString())
        );
        Assert.Equal(TrialFiles.Png, await panel.Content.ReadAsByteArrayAsync());
        Assert.Equal(
            (HttpStatusCode.NotModified, HttpStatusCode.NotModified, HttpStatusCode.OK),
            (listAgain.StatusCode, panelAgain.StatusCode, listLater.StatusCode)
        );
        await TestRestServer.ProblemAsync(none, 404, "unknown-path");
    }

    [Fact]
    public async Task Thumbnails_are_of_the_jobs_own_pictures_and_only_of_those_that_a_device_has_read()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();
        var item = $"/v1/jobs/{job}/items/{FakeCoordinator.DonePicture}";

        using var before = await server.Client.GetAsync($"{item}/before?side=64");
        using var after = await server.Client.GetAsync($"{item}/after");
        using var again = await AgainAsync(server, $"{item}/after", after);
        using var pending = await server.Client.GetAsync($"/v1/jobs/{job}/items/0/before");
        using var none = await server.Client.GetAsync($"/v1/jobs/{job}/items/5/after");
        using var large = await server.Client.GetAsync($"{item}/after?side=5000");

        Assert.Equal("/photos/b.jpg", Encoding.UTF8.GetString(await before.Content.ReadAsByteArrayAsync()));
        Assert.Equal("/coloured/b.jpg", Encoding.UTF8.GetString(await after.Content.ReadAsByteArrayAsync()));
        Assert.Equal("image/jpeg", after.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Contains("pending", await TestRestServer.ProblemAsync(pending, 404, "unknown-path"), StringComparison.Ordinal);
        await TestRestServer.ProblemAsync(none, 404, "unknown-path");
        await TestRestServer.ProblemAsync(large, 400, "bad-request");
    }

    private static Task<HttpResponseMessage> AgainAsync(TestRestServer server, string path, HttpResponseMessage first)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));
        return server.Client.SendAsync(request);
    }
}
