using System.Net;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorColorize.Rest.Tests;

/// <summary>A job's history as a stream: no event is missed or repeated.</summary>
public sealed class EventTests(ITestOutputHelper output)
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
    public async Task Readers_that_never_read_cost_the_server_their_buffers_and_no_events()
    {
        const int events = 100_000;
        const int slow = 10;
        var limits = new ClientLimits(PerSecond: 1e6, Burst: 1_000_000);
        await using var server = await TestRestServer.ForItsOwnerAsync(limits: limits);
        var job = await server.SubmitAsync();
        await server.HappenAsync(
            job,
            [
                .. Enumerable.Range(0, events).Select(item => Settled(job, item)),
                new JobEvents.JobEnded(new JobId(job), JobOutcome.Completed, default, null, "", DateTimeOffset.UnixEpoch),
            ]
        );
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var request = Encoding.ASCII.GetBytes(
            $"GET /v1/jobs/{job}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TestRestServer.Token}\r\n\r\n"
        );
        var readers = new List<Socket>();
        for (var i = 0; i < slow; i++)
        {
            var reader = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            readers.Add(reader);
            await reader.ConnectAsync(server.Server.Address.Host, server.Server.Address.Port);
            await reader.SendAsync(request);
        }

        var seen = 0;
        using (var watched = await WatchAsync(server, job, null))
        {
            await foreach (var item in Items(watched))
                seen += item.EventType == "progress" ? 0 : 1;
        }

        var asked = await server.Coordinator.Ask<int>(new FakeCoordinator.CountQueries());
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        readers.ForEach(reader => reader.Dispose());
        output.WriteLine($"{slow} readers that never read: the managed heap grew by {grown / 1024.0:0} KiB; {asked} pages were asked for");
        Assert.Equal(events + 2, seen);
        // A page has 200 events, of some 150 bytes each. The one that reads asks for all pages. Of the others each holds what fits into the
        // buffers of its connection: 64 KiB in the server, and the kernel's, which may grow to a few MiB.
        var pages = (events / 200) + 2;
        Assert.InRange(asked, pages, pages + (slow * pages / 2));
        Assert.InRange(grown, long.MinValue, slow * (1L << 20));
    }

    [Fact]
    public async Task An_invalid_event_number_is_refused()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        using var answer = await WatchAsync(server, await server.SubmitAsync(), "yesterday");

        Assert.Contains("'yesterday'", await TestRestServer.ProblemAsync(answer, 400, "bad-request"), StringComparison.Ordinal);
    }

    private static JobEvents.ItemSettled Settled(string job, int item) =>
        new(new JobId(job), item, $"{item}.jpg", new ItemOutcome.Done("", "", 0, 1, 1, 1));

    private static async Task<HttpResponseMessage> WatchAsync(TestRestServer server, string job, string? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{job}/events");
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        return await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async IAsyncEnumerable<SseItem<string>> Items(HttpResponseMessage answer)
    {
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            yield return item;
    }
}
