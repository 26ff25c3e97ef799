using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ActorColorize.Gateway;

namespace ActorColorize.Rest.Tests;

/// <summary>Commands and queries about jobs.</summary>
public sealed class JobTests
{
    [Fact]
    public async Task Under_one_key_there_is_one_job()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        using var first = await SubmitAsync(server, "album", "/coloured");
        using var again = await SubmitAsync(server, "album", "/coloured");
        using var other = await SubmitAsync(server, "album", "/elsewhere");

        var job = (await TestRestServer.Json(first)).GetProperty("job").GetString();
        Assert.Equal((HttpStatusCode.Created, $"/v1/jobs/{job}"), (first.StatusCode, first.Headers.Location?.ToString()));
        Assert.Equal(
            (HttpStatusCode.OK, job, false),
            (
                again.StatusCode,
                (await TestRestServer.Json(again)).GetProperty("job").GetString(),
                (await TestRestServer.Json(again)).GetProperty("is_new").GetBoolean()
            )
        );
        Assert.Contains(
            "the key album belongs to job",
            await TestRestServer.ProblemAsync(other, 422, "key-in-use"),
            StringComparison.Ordinal
        );
        Assert.NotEqual(await server.SubmitAsync(), await server.SubmitAsync());
    }

    [Fact]
    public async Task A_job_is_shown_controlled_and_ended()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();

        var shown = await TestRestServer.Json(await server.Client.GetAsync($"/v1/jobs/{job}"));
        Assert.Equal(
            ("running", "owner", "normal", "/photos"),
            (Text(shown, "phase"), Text(shown, "client"), Text(shown, "priority"), Text(shown, "input"))
        );
        Assert.Equal(
            (7, 3, 1, 1, 2),
            (
                Number(shown, "items"),
                Number(shown, "done"),
                Number(shown, "skipped"),
                Number(shown, "failed"),
                Number(shown, "remaining_seconds")
            )
        );

        using var paused = await server.Client.PostAsJsonAsync($"/v1/jobs/{job}/pause", new { reason = "lunch", seconds = 60 });
        Assert.Equal("paused", Text(await TestRestServer.Json(paused), "phase"));
        using var resumed = await server.Client.PostAsync($"/v1/jobs/{job}/resume", null);
        Assert.Equal("running", Text(await TestRestServer.Json(resumed), "phase"));
        using var urgent = await server.Client.PutAsJsonAsync($"/v1/jobs/{job}/priority", new { priority = "high" });
        Assert.Equal(HttpStatusCode.OK, urgent.StatusCode);
        using var cancelled = await server.Client.PostAsync($"/v1/jobs/{job}/cancel", null);
        Assert.Equal("cancelled", Text(await TestRestServer.Json(cancelled), "phase"));
        using var late = await server.Client.PostAsync($"/v1/jobs/{job}/pause", null);
        await TestRestServer.ProblemAsync(late, 409, "not-in-this-phase");
    }

    [Fact]
    public async Task A_command_under_one_key_is_executed_once()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();

        var taken = new List<int>();
        foreach (var key in new[] { "a", "a", "b" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/jobs/{job}/retry")
            {
                Headers = { { "Idempotency-Key", key } },
            };
            using var answer = await server.Client.SendAsync(request);
            taken.Add(Number(await TestRestServer.Json(answer), "taken_up"));
        }

        Assert.Equal([1, 1, 2], taken);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/errors")]
    [InlineData("GET", "/events")]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/retry")]
    public async Task An_unknown_job_has_its_own_problem_type(string method, string what)
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/jobs/job-77{what}");

        using var answer = await server.Client.SendAsync(request);

        Assert.Contains("job-77", await TestRestServer.ProblemAsync(answer, 404, "unknown-job"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_are_read_page_by_page()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var submitted = new List<string>();
        for (var i = 0; i < 5; i++)
            submitted.Add(await server.SubmitAsync());

        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await TestRestServer.Json(
                await server.Client.GetAsync($"/v1/jobs?limit=2&mine=true{(cursor is null ? "" : $"&cursor={cursor}")}")
            );
            listed.AddRange(page.GetProperty("jobs").EnumerateArray().Select(job => Text(job, "job")!));
            cursor = Text(page, "next");
        } while (cursor is not null);

        submitted.Reverse();
        Assert.Equal(submitted, listed);
        var errors = await TestRestServer.Json(await server.Client.GetAsync($"/v1/jobs/{listed[0]}/errors?cursor=2"));
        Assert.Equal(["3.jpg", "4.jpg", "5.jpg"], errors.GetProperty("errors").EnumerateArray().Select(error => Text(error, "item")));
        Assert.Equal("unreadable", Text(errors.GetProperty("errors")[0], "class"));
        var items = await TestRestServer.Json(await server.Client.GetAsync($"/v1/jobs/{listed[0]}/items?state=leased"));
        Assert.Equal("leased", Text(items.GetProperty("items")[0], "state"));
    }

    [Theory]
    [InlineData(
        "/v1/jobs",
        """{"input": "/photos", "output": "/out", "strenght": 1}""",
        "application/json",
        400,
        "bad-request",
        "$.strenght"
    )]
    [InlineData("/v1/jobs", """{"input": "/photos"}""", "application/json", 400, "bad-request", "$")]
    [InlineData("/v1/jobs", """{"input": """, "application/json", 400, "bad-request", "$")]
    [InlineData("/v1/jobs", """{"input": "/photos", "output": "/out"}""", "text/plain", 415, "unsupported-media-type", "application/json")]
    [InlineData(
        "/v1/jobs",
        """{"input": "/photos", "output": "/out"}""",
        "application/json; charset=nosuch",
        415,
        "unsupported-media-type",
        "application/json"
    )]
    [InlineData("/v1/jobs", """{"input": "photos", "output": "/out"}""", "application/json", 422, "invalid", "not an absolute path")]
    [InlineData("/v1/jobs", """{"input": "/nowhere", "output": "/out"}""", "application/json", 422, "invalid", "no such file or folder")]
    [InlineData(
        "/v1/jobs",
        """{"input": "/photos", "output": "/out", "strength": 7}""",
        "application/json",
        422,
        "invalid",
        "strength must be from 0 to 1"
    )]
    [InlineData(
        "/v1/jobs?limti=3",
        """{"input": "/photos", "output": "/out"}""",
        "application/json",
        400,
        "bad-request",
        "'limti' is not a parameter of this endpoint"
    )]
    [InlineData("/v1/jobs/job-1/pause", """{"seconds": -1}""", "application/json", 400, "bad-request", "seconds must be above 0")]
    [InlineData("/v1/jabs", "{}", "application/json", 404, "unknown-path", "/openapi/v1.json")]
    [InlineData("/v1/daemon", "{}", "application/json", 405, "method-not-allowed", "does not take POST")]
    public async Task Errors_in_a_request_are_named(string path, string body, string type, int status, string kind, string named)
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await server.Client.PostAsync(path, content);

        Assert.Contains(named, await TestRestServer.ProblemAsync(answer, status, kind), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/jobs?limit=0", "limit must be from 1 to 200")]
    [InlineData("/v1/jobs?limit=many", "limit")]
    [InlineData("/v1/jobs/job-1/items?state=lost", "state must be one of done, failed")]
    [InlineData("/v1/jobs/job-1/events?after=-1", "after must be the number of an event")]
    public async Task Errors_in_a_query_are_named(string path, string named)
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        await server.SubmitAsync();

        using var answer = await server.Client.GetAsync(path);

        Assert.Contains(named, await TestRestServer.ProblemAsync(answer, 400, "bad-request"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_json_is_small()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        using var answer = await server.Client.PostAsync(
            "/v1/jobs",
            new StringContent($$"""{"input": "{{new string('a', 70_000)}}", "output": "/out"}""", null, "application/json")
        );

        Assert.Contains("65,536 bytes", await TestRestServer.ProblemAsync(answer, 413, "too-large"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_throttled_client_is_told_when_to_retry()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync(limits: new ClientLimits(PerSecond: 0.01, Burst: 2, OpenJobs: 1));
        var job = await server.SubmitAsync("one");
        using var second = await SubmitAsync(server, "two", "/coloured");
        using var third = await server.Client.GetAsync($"/v1/jobs/{job}");

        Assert.Contains(
            "owner has 1 open jobs",
            await TestRestServer.ProblemAsync(second, 429, "too-many-open-jobs"),
            StringComparison.Ordinal
        );
        await TestRestServer.ProblemAsync(third, 429, "too-fast");
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 100);
    }

    private static async Task<HttpResponseMessage> SubmitAsync(TestRestServer server, string key, string output)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs")
        {
            Content = JsonContent.Create(new { input = "/photos", output }),
            Headers = { { "Idempotency-Key", key } },
        };
        return await server.Client.SendAsync(request);
    }

    private static string? Text(System.Text.Json.JsonElement element, string name) => element.GetProperty(name).GetString();

    private static int Number(System.Text.Json.JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
