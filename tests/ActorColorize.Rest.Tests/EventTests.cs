using System.Net;
using System.Net.ServerSentEvents;
using ActorColorize.Protocol;

namespace ActorColorize.Rest.Tests;

/// <summary>A job's history as a stream: no event is missed or repeated.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task A_watcher_that_reconnects_continues_after_the_last_event_it_has_seen()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();
        await server.HappenAsync(job, Settled(job, 0), Settled(job, 1), Settled(job, 2), Settled(job, 3));

        var seen = new List<SseItem<string>>();
        using (var first = await WatchAsync(server, job, null))
        {
            await foreach (var item in Items(first))
            {
                if (item.EventType != "progress")
                    seen.Add(item);
                if (seen.Count == 4)
                    break;
            }
        }

        await server.HappenAsync(
            job,
            Settled(job, 4),
            new JobEvents.JobEnded(new JobId(job), JobOutcome.Completed, default, null, "", DateTimeOffset.UnixEpoch)
        );
        var parser = new List<SseItem<string>>();
        using (var second = await WatchAsync(server, job, "4"))
        {
            await foreach (var item in Items(second))
                parser.Add(item); // to its end: the job has ended
        }

        seen.AddRange(parser.Where(item => item.EventType != "progress"));
        Assert.Equal(
            ["submitted", "item_settled", "item_settled", "item_settled", "item_settled", "item_settled", "ended"],
            seen.Select(item => item.EventType)
        );
        Assert.Equal(Enumerable.Range(1, 7).Select(i => i.ToString()), seen.Select(item => item.EventId));
        Assert.Contains("\"item\":\"3.jpg\"", seen[4].Data, StringComparison.Ordinal);
        Assert.Contains("\"is_over\":true", parser[^1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_arrive_when_they_happen()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();
        using var watched = await WatchAsync(server, job, null);
        await using var items = Items(watched).GetAsyncEnumerator();

        Assert.True(await items.MoveNextAsync());
        Assert.Equal("submitted", items.Current.EventType);
        Assert.True(await items.MoveNextAsync());
        Assert.Equal("progress", items.Current.EventType);
        await server.HappenAsync(job, Settled(job, 0));
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(("item_settled", "2"), (items.Current.EventType, items.Current.EventId));
    }

    [Fact]
    public async Task A_watcher_of_an_ended_job_is_told_not_to_reconnect()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();
        await server.HappenAsync(
            job,
            new JobEvents.JobEnded(new JobId(job), JobOutcome.Completed, default, null, "", DateTimeOffset.UnixEpoch)
        );

        using var answer = await WatchAsync(server, job, "2");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task Watchers_are_limited_and_disconnected_when_the_server_closes()
    {
        var server = await TestRestServer.ForItsOwnerAsync(with: settings => settings with { StreamsAtOnce = 1 });
        var job = await server.SubmitAsync();
        using var watched = await WatchAsync(server, job, null);
        using var another = await WatchAsync(server, job, null);
        Assert.Contains(
            "1 event streams are open",
            await TestRestServer.ProblemAsync(another, 503, "unavailable"),
            StringComparison.Ordinal
        );
        Assert.NotNull(another.Headers.RetryAfter);

        var kinds = new List<string>();
        await using (var items = Items(watched).GetAsyncEnumerator())
        {
            Assert.True(await items.MoveNextAsync());
            var closing = server.Server.DisposeAsync().AsTask();
            while (await items.MoveNextAsync())
                kinds.Add(items.Current.EventType);
            await closing;
        }

        Assert.DoesNotContain("ended", kinds);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task An_invalid_event_number_is_refused()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        using var answer = await WatchAsync(server, await server.SubmitAsync(), "yesterday");

        Assert.Contains("'yesterday'", await TestRestServer.ProblemAsync(answer, 400, "bad-request"), StringComparison.Ordinal);
    }

    internal static JobEvents.ItemSettled Settled(string job, int item) =>
        new(new JobId(job), item, $"{item}.jpg", new ItemOutcome.Done("", "", 0, 1, 1, 1));

    internal static async Task<HttpResponseMessage> WatchAsync(TestRestServer server, string job, string? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{job}/events");
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    internal static async IAsyncEnumerable<SseItem<string>> Items(HttpResponseMessage answer)
    {
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            yield return item;
    }
}
