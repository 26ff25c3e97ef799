using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using ActorColorize.Client.Tests;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Rest.Tests;

/// <summary>A run as a stream, and everything that a page shows in one stream.</summary>
public sealed class LiveTests
{
    private static readonly string Run = ScriptedTraining.Run.Value;

    [Fact]
    public async Task A_watcher_of_a_run_that_reconnects_sees_no_notice_twice_and_misses_none()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        Happen(server, "one");
        Happen(server, "two");

        var seen = new List<string?>();
        using (var first = await StreamAsync(server, $"/v1/runs/{Run}/events"))
        {
            await foreach (var item in Items(first))
            {
                if (item.EventType == "notice")
                    seen.Add(item.EventId);
                if (seen.Count == 2)
                    break;
            }
        }

        Happen(server, "three");
        Happen(server, "four", isLast: true);
        var rest = new List<SseItem<string>>();
        using (var second = await StreamAsync(server, $"/v1/runs/{Run}/events", lastEventId: "2"))
        {
            await foreach (var item in Items(second))
                rest.Add(item); // to its end: the run has ended
        }

        using var over = await server.Client.GetAsync($"/v1/runs/{Run}/events?after=4");
        using var unknown = await server.Client.GetAsync("/v1/runs/run-77/events");
        Assert.Equal<IEnumerable<string?>>(
            ["1", "2", "3", "4"],
            [.. seen, .. rest.Where(item => item.EventType == "notice").Select(item => item.EventId)]
        );
        Assert.Equal("status", rest[^1].EventType);
        Assert.Equal("completed", JsonDocument.Parse(rest[^1].Data).RootElement.GetProperty("phase").GetString());
        Assert.Equal(HttpStatusCode.NoContent, over.StatusCode);
        await TestRestServer.ProblemAsync(unknown, 404, "unknown-run");
    }

    [Fact]
    public async Task One_stream_has_lists_a_run_and_a_job_and_continues_each_where_the_page_was()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();
        Happen(server, "one");
        Happen(server, "two");
        using var stream = await StreamAsync(server, $"/v1/events?lists=runs,jobs,cluster&run={Run}&run_after=1&job={job}&job_after=0");
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        var notices = new List<long>();
        await using var items = Items(stream).GetAsyncEnumerator();

        string[] expected = ["beat", "runs", "jobs", "cluster", "run.notice", "run.status", "job.submitted", "job.progress"];
        while (!kinds.IsSupersetOf(expected))
            await NextAsync();
        Happen(server, "three");
        await server.HappenAsync(
            job,
            new JobEvents.JobEnded(new JobId(job), JobOutcome.Completed, default, null, "", DateTimeOffset.UnixEpoch)
        );
        while (!kinds.IsSupersetOf(["job.ended", "job.end"]) || notices.Count < 2)
            await NextAsync();

        Assert.Equal([2, 3], notices);
        Assert.DoesNotContain("run.end", kinds); // the run goes on
        return;

        async Task NextAsync()
        {
            Assert.True(await items.MoveNextAsync());
            kinds.Add(items.Current.EventType);
            if (items.Current.EventType == "run.notice")
                notices.Add(JsonDocument.Parse(items.Current.Data).RootElement.GetProperty("sequence").GetInt64());
        }
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_says_so_and_the_stream_goes_on()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        await server.Coordinator.Ask<bool>(new FakeCoordinator.BeUnreadable(true));
        using var stream = await StreamAsync(server, "/v1/events?lists=jobs");
        await using var items = Items(stream).GetAsyncEnumerator();

        Assert.Equal("the database is away", (await ListAsync()).GetProperty("problem").GetString());
        await server.Coordinator.Ask<bool>(new FakeCoordinator.BeUnreadable(false));
        Assert.Empty((await ListAsync()).GetProperty("jobs").EnumerateArray());
        return;

        async Task<JsonElement> ListAsync()
        {
            do Assert.True(await items.MoveNextAsync());
            while (items.Current.EventType != "jobs");
            return JsonDocument.Parse(items.Current.Data).RootElement;
        }
    }

    [Fact]
    public async Task Many_pages_ask_the_coordinator_no_more_than_one()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var before = await server.Coordinator.Ask<int>(new FakeCoordinator.CountQueries());
        var streams = new List<HttpResponseMessage>();
        for (var i = 0; i < 20; i++)
        {
            streams.Add(await StreamAsync(server, "/v1/events?lists=jobs"));
            await using var items = Items(streams[^1]).GetAsyncEnumerator();
            while (await items.MoveNextAsync() && items.Current.EventType != "jobs") { }
        }

        var asked = await server.Coordinator.Ask<int>(new FakeCoordinator.CountQueries()) - before;
        foreach (var stream in streams)
            stream.Dispose();
        Assert.InRange(asked, 1, 19); // at most one a second, whatever the number of pages; the monitor of metrics asks as well
    }

    [Fact]
    public async Task Unknown_lists_and_subjects_are_problems_not_streams()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        using var list = await server.Client.GetAsync("/v1/events?lists=runs,everything");
        using var run = await server.Client.GetAsync("/v1/events?run=run-77");
        using var job = await server.Client.GetAsync("/v1/events?job=made-up");

        Assert.Contains("everything", await TestRestServer.ProblemAsync(list, 400, "bad-request"), StringComparison.Ordinal);
        await TestRestServer.ProblemAsync(run, 404, "unknown-run");
        await TestRestServer.ProblemAsync(job, 404, "unknown-job");
    }

    [Fact]
    public async Task Streams_of_every_kind_share_one_limit()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync(with: settings => settings with { StreamsAtOnce = 2 });
        Happen(server, "one");
        using var first = await StreamAsync(server, "/v1/events");
        using var second = await StreamAsync(server, $"/v1/runs/{Run}/events");

        using var third = await server.Client.GetAsync("/v1/events");

        Assert.Contains("2 event streams", await TestRestServer.ProblemAsync(third, 503, "unavailable"), StringComparison.Ordinal);
    }

    private static void Happen(TestRestServer server, string text, bool isLast = false) =>
        server.Training.Tell(new ScriptedTraining.Happen(text, isLast));

    private static async Task<HttpResponseMessage> StreamAsync(TestRestServer server, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return answer;
    }

    private static async IAsyncEnumerable<SseItem<string>> Items(HttpResponseMessage answer)
    {
        await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
            yield return item;
    }
}
