using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ActorColorize.Rest;

/// <summary>
/// A job's history as server-sent events. The id of an event is its sequence number, so that a client that reconnects with Last-Event-ID
/// neither misses an event nor sees one twice. A page is queried when the previous one has been written: a slow reader costs one page, not
/// a queue.
/// </summary>
internal sealed class EventEndpoint(RestSettings settings, ClientSessions sessions, StreamSlots slots, IHostApplicationLifetime lifetime)
{
    private const int Page = 200;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Maps the endpoint in a group.</summary>
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet(
                "/jobs/{job}/events",
                (
                    string job,
                    [FromHeader(Name = "Last-Event-ID"), Description("Number of the last event seen; takes precedence over 'after'.")]
                        string? lastEventId,
                    [FromQuery(Name = "after"), Description("Number of the last event seen; absent: from the beginning.")] long? after,
                    HttpContext context,
                    EventEndpoint events
                ) => events.AnswerAsync(JobEndpoints.Named(job), StreamPosition.Of(lastEventId, after), context)
            )
            .WithTags("jobs")
            .WithName("WatchJob")
            .WithSummary("Watch a job: server-sent events until it ends")
            .WithDescription(
                "Each event has its number as id, its kind as event, and a line of JSON. 'progress' events have no id and report the "
                    + "counts, at least every 15 seconds. "
                    + "204 means that no more events follow, which also stops a browser's EventSource from reconnecting."
            )
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .Produces(StatusCodes.Status204NoContent)
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);

    private async Task<IResult> AnswerAsync(JobId job, long after, HttpContext context)
    {
        slots.Take(context);
        var client = Caller.Of(context);
        // An unknown job is a problem, not a stream
        var first = await sessions.AskAsync<JobReports.EventPage>(client, new JobQueries.EventsAfter(job, after, Page, TimeSpan.Zero));
        return first is { IsOver: true, Events.Count: 0 }
            ? TypedResults.NoContent()
            : TypedResults.ServerSentEvents(FollowAsync(client, job, after, first, context.RequestAborted));
    }

    /// <summary>The events of a job after a given one and from now on, until it ends or the stream does.</summary>
    public async IAsyncEnumerable<SseItem<string>> FollowAsync(
        ClientId client,
        JobId job,
        long after,
        JobReports.EventPage page,
        [EnumeratorCancellation] CancellationToken aborted
    )
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        // An event is missing: end the stream, so that the client reconnects and reads the history without the gap
        while (page.Events.Count == 0 || page.Events[0].Sequence == after + 1)
        {
            foreach (var numbered in page.Events)
            {
                after = numbered.Sequence;
                yield return new SseItem<string>(EventText.Json(numbered), EventText.Kind(numbered.Event))
                {
                    EventId = after.ToString(),
                    ReconnectionInterval = RetryAfter,
                };
            }

            yield return new SseItem<string>(EventText.Json(page), "progress");
            if (page.IsOver)
                yield break;
            JobReports.EventPage next;
            try
            {
                next = await sessions.UpdatesAsync(
                    client,
                    new JobQueries.EventsAfter(job, after, Page, settings.UpdateInterval),
                    ending.Token
                );
            }
            catch (OperationCanceledException)
            {
                yield break; // the client disconnected, or the server is stopping: the client reconnects with the number of its last event
            }

            page = next;
        }
    }
}
