using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ActorColorize.Rest;

/// <summary>
/// A run as server-sent events: numbered notices, which a client that reconnects neither misses nor sees twice, and snapshots of its
/// status, of which a slow reader sees fewer.
/// </summary>
internal sealed class RunEventEndpoint(RestSettings settings, ClientSessions sessions, StreamSlots slots, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Maps the endpoint in a group.</summary>
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet(
                "/runs/{run}/events",
                (
                    string run,
                    [FromHeader(Name = "Last-Event-ID"), Description("Number of the last event seen; takes precedence over 'after'.")]
                        string? lastEventId,
                    [FromQuery(Name = "after"), Description("Number of the last event seen; absent: everything that is kept.")] long? after,
                    HttpContext context,
                    RunEventEndpoint events
                ) => events.AnswerAsync(RunEndpoints.Named(run), StreamPosition.Of(lastEventId, after), context)
            )
            .WithTags("runs")
            .WithName("WatchRun")
            .WithSummary("Watch a run: server-sent events until it ends")
            .WithDescription(
                "'notice' events have their number as id. 'status' events have no id and hold the same as GET /v1/runs/{run}; they arrive "
                    + "whenever metrics are written, and at least every 15 seconds. 204 means that no more events follow."
            )
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .Produces(StatusCodes.Status204NoContent)
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);

    /// <summary>The notices of a run after a given one and its status, until it ends or the stream does.</summary>
    public async IAsyncEnumerable<SseItem<string>> FollowAsync(
        ClientId client,
        RunId run,
        long after,
        TrainingReports.RunUpdates updates,
        [EnumeratorCancellation] CancellationToken aborted
    )
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        while (true)
        {
            foreach (var notice in updates.Notices.Where(notice => notice.Sequence > after))
                yield return new SseItem<string>(
                    JsonSerializer.Serialize(new RunNoticeView(run.Value, notice.Sequence, notice.At, notice.Text), RestJson.Options),
                    "notice"
                )
                {
                    EventId = notice.Sequence.ToString(),
                    ReconnectionInterval = RetryAfter,
                };
            after = Math.Max(after, updates.Sequence);
            yield return new SseItem<string>(JsonSerializer.Serialize(RunView.Of(updates.Status), RestJson.Options), "status");
            if (updates.IsOver)
                yield break;
            try
            {
                updates = await sessions.UpdatesAsync(
                    client,
                    new TrainingQueries.UpdatesAfter(run, after, settings.UpdateInterval),
                    ending.Token
                );
            }
            catch (OperationCanceledException)
            {
                yield break; // the client disconnected, or the server is stopping
            }
        }
    }

    private async Task<IResult> AnswerAsync(RunId run, long after, HttpContext context)
    {
        slots.Take(context);
        var client = Caller.Of(context);
        // An unknown run is a problem, not a stream
        var first = await sessions.AskAsync<TrainingReports.RunUpdates>(
            client,
            new TrainingQueries.UpdatesAfter(run, after, TimeSpan.Zero)
        );
        return first.IsOver && first.Sequence <= after
            ? TypedResults.NoContent()
            : TypedResults.ServerSentEvents(FollowAsync(client, run, after, first, context.RequestAborted));
    }
}

/// <summary>A notice about a run.</summary>
internal sealed record RunNoticeView(string Run, long Sequence, DateTimeOffset At, string Text);
