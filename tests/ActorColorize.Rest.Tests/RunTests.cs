using System.Net;
using System.Net.Http.Json;
using ActorColorize.Client.Tests;
using ActorColorize.Protocol;

namespace ActorColorize.Rest.Tests;

/// <summary>Runs and models.</summary>
public sealed class RunTests
{
    private static readonly string Run = ScriptedTraining.Run.Value;

    [Fact]
    public async Task A_run_is_submitted_shown_and_controlled()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/runs")
        {
            Content = JsonContent.Create(
                new
                {
                    data = "/photos",
                    folder = "/runs/first",
                    preset = "tiny",
                    steps = 50,
                }
            ),
            Headers = { { "Idempotency-Key", "first" } },
        };

        using var submitted = await server.Client.SendAsync(request);
        var shown = await TestRestServer.Json(await server.Client.GetAsync($"/v1/runs/{Run}"));
        using var paused = await server.Client.PostAsync($"/v1/runs/{Run}/pause", null);
        using var resumed = await server.Client.PostAsync($"/v1/runs/{Run}/resume", null);
        using var promoted = await server.Client.PostAsJsonAsync($"/v1/runs/{Run}/promote", new { model = "landscapes", step = 400 });

        Assert.Equal((HttpStatusCode.Created, $"/v1/runs/{Run}"), (submitted.StatusCode, submitted.Headers.Location?.ToString()));
        Assert.Equal(
            ("running", 400, "/run"),
            (shown.GetProperty("phase").GetString(), shown.GetProperty("total_steps").GetInt32(), shown.GetProperty("folder").GetString())
        );
        Assert.Equal("pausing", (await TestRestServer.Json(paused)).GetProperty("phase").GetString());
        await TestRestServer.ProblemAsync(resumed, 409, "not-in-this-phase");
        Assert.Equal(
            ("landscapes", 400),
            (
                (await TestRestServer.Json(promoted)).GetProperty("name").GetString(),
                (await TestRestServer.Json(promoted)).GetProperty("step").GetInt32()
            )
        );
        var told = server.Told.Cast<TrainingCommands.ITrainingCommand>().ToArray();
        Assert.All(told, command => Assert.Equal(TestRestServer.Owner, command.Client));
        Assert.Equal(
            ("first", "/photos", 50),
            told[0] is TrainingCommands.Submit submit ? (submit.Key, submit.Request.Data, submit.Request.Steps) : default
        );
        Assert.Equal(new StepNumber(400), Assert.IsType<TrainingCommands.Promote>(told[^1]).Checkpoint);
    }

    [Fact]
    public async Task Runs_are_read_page_by_page_and_models_by_name()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        var runs = new List<string?>();
        for (string? cursor = null; ; )
        {
            var page = await TestRestServer.Json(
                await server.Client.GetAsync($"/v1/runs?limit=1{(cursor is null ? "" : $"&cursor={cursor}")}")
            );
            runs.AddRange(page.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run").GetString()));
            if ((cursor = page.GetProperty("next").GetString()) is null)
                break;
        }

        Assert.Equal(["run-0", "run-1", "run-2"], runs);
        var models = await TestRestServer.Json(await server.Client.GetAsync("/v1/models"));
        Assert.Equal("known", models.GetProperty("models")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Unknown_runs_and_invalid_requests_are_named()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        using var unknown = await server.Client.GetAsync("/v1/runs/run-77");
        using var unstoppable = await server.Client.PostAsync("/v1/runs/run-77/stop", null);
        using var relative = await server.Client.PostAsJsonAsync("/v1/runs", new { data = "photos", folder = "/runs/first" });
        using var unreadable = await server.Client.GetAsync($"/v1/runs/{Run}/checkpoints");

        Assert.Contains("run-77", await TestRestServer.ProblemAsync(unknown, 404, "unknown-run"), StringComparison.Ordinal);
        await TestRestServer.ProblemAsync(unstoppable, 404, "unknown-run");
        Assert.Contains("not an absolute path", await TestRestServer.ProblemAsync(relative, 422, "invalid"), StringComparison.Ordinal);
        Assert.Equal("the disk is gone", await TestRestServer.ProblemAsync(unreadable, 503, "unavailable"));
    }
}
