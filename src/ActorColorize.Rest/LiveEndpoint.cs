using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ActorColorize.Rest;

/// <summary>
/// Everything that one page shows in one event stream, because browsers open only six connections to a server: lists, and the events of one
/// run and one job. The sources wait for the reader, so a slow page costs a few messages of memory.
/// </summary>
internal sealed class LiveEndpoint(
    ClientSessions sessions,
    SharedLists lists,
    EventEndpoint jobs,
    RunEventEndpoint runs,
    StreamSlots slots,
    TimeProvider clock,
    IHostApplicationLifetime lifetime
)
{
    private const int Page = 200;
    private const int MostWaiting = 8;

    private static readonly TimeSpan ListsEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClusterEvery = TimeSpan.FromSeconds(5); // the age of heartbeats changes with every reading
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(5);

    /// <summary>Maps the endpoint in a group.</summary>
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet(
                "/events",
                (
                    [FromQuery(Name = "lists"), Description("Lists to follow, separated by commas: runs, jobs, cluster.")] string? lists,
                    [FromQuery(Name = "run"), Description("A run to follow.")] string? run,
                    [FromQuery(Name = "run_after"), Description("Number of the last notice of the run that was seen.")] long? runAfter,
                    [FromQuery(Name = "job"), Description("A job to follow.")] string? job,
                    [FromQuery(Name = "job_after"), Description("Number of the last event of the job that was seen.")] long? jobAfter,
                    HttpContext context,
                    LiveEndpoint live
                ) => live.AnswerAsync(lists, run, StreamPosition.Of(null, runAfter), job, StreamPosition.Of(null, jobAfter), context)
            )
            .WithTags("daemon")
            .WithName("Watch")
            .WithSummary("Watch lists, a run and a job in one stream of server-sent events")
            .WithDescription(
                "'runs', 'jobs' and 'cluster' hold a whole list and arrive when it has changed, at most once a second, the cluster every "
                    + "5 seconds. 'run.notice', "
                    + "'run.status', 'job.progress' and 'job.KIND' are the events of the run and the job, and 'run.end' or 'job.end' "
                    + "the last of them. 'beat' arrives every 5 seconds."
            )
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);

    private async Task<IResult> AnswerAsync(string? wanted, string? run, long runAfter, string? job, long jobAfter, HttpContext context)
    {
        string[] names = wanted is null ? [] : [.. wanted.Split(',').Distinct(StringComparer.Ordinal)];
        if (names.FirstOrDefault(name => !lists.Names.Contains(name)) is { } unknown)
            throw RestProblem.BadRequest($"lists must be of {string.Join(", ", lists.Names)}, not '{unknown}'");
        slots.Take(context);
        var client = Caller.Of(context);
        var sources = new List<Source> { new("", BeatAsync) };
        sources.AddRange(names.Select(name => new Source("", cancellation => ListAsync(name, cancellation))));
        if (run is not null)
        {
            var id = RunEndpoints.Named(run);
            var first = await sessions.AskAsync<TrainingReports.RunUpdates>(
                client,
                new TrainingQueries.UpdatesAfter(id, runAfter, TimeSpan.Zero)
            );
            sources.Add(new Source("run.", cancellation => runs.FollowAsync(client, id, runAfter, first, cancellation)));
        }

        if (job is not null)
        {
            var id = JobEndpoints.Named(job);
            var first = await sessions.AskAsync<JobReports.EventPage>(
                client,
                new JobQueries.EventsAfter(id, jobAfter, Page, TimeSpan.Zero)
            );
            sources.Add(new Source("job.", cancellation => jobs.FollowAsync(client, id, jobAfter, first, cancellation)));
        }

        return TypedResults.ServerSentEvents(MergedAsync(sources, context.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> MergedAsync(
        IReadOnlyList<Source> sources,
        [EnumeratorCancellation] CancellationToken aborted
    )
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        var merged = Channel.CreateBounded<SseItem<string>>(MostWaiting);
        var writing = Task.WhenAll(sources.Select(WriteAsync));
        _ = writing.ContinueWith(
            done => merged.Writer.TryComplete(done.Exception?.GetBaseException()),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        try
        {
            await foreach (var item in merged.Reader.ReadAllAsync(CancellationToken.None))
                yield return item;
        }
        finally
        {
            await ending.CancelAsync();
            merged.Writer.TryComplete();
        }

        async Task WriteAsync(Source source)
        {
            try
            {
                await foreach (var item in source.Items(ending.Token))
                    await merged.Writer.WriteAsync(new SseItem<string>(item.Data, source.Prefix + item.EventType), ending.Token);
                // Nothing follows: it is over, or an event is missing. The client finds out which, and reconnects in the second case.
                await merged.Writer.WriteAsync(new SseItem<string>("{}", $"{source.Prefix}end"), ending.Token);
            }
            catch (Exception over) when (over is OperationCanceledException or ChannelClosedException)
            {
                // The reader has left, or the server is stopping
            }
            catch
            {
                await ending.CancelAsync(); // one source failed: the stream ends, and the client reconnects
                throw;
            }
        }
    }

    private async IAsyncEnumerable<SseItem<string>> BeatAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(BeatEvery, clock);
        do
        {
            var beat = JsonSerializer.Serialize(new BeatView(clock.GetUtcNow()), RestJson.Options);
            yield return new SseItem<string>(beat, "beat");
        } while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async IAsyncEnumerable<SseItem<string>> ListAsync(string list, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(list == SharedLists.Cluster ? ClusterEvery : ListsEvery, clock);
        string? sent = null;
        do
        {
            var newest = await lists.NewestAsync(list, cancellation);
            if (newest == sent)
                continue;
            sent = newest;
            yield return new SseItem<string>(newest, list);
        } while (await timer.WaitForNextTickAsync(cancellation));
    }

    private sealed record Source(string Prefix, Func<CancellationToken, IAsyncEnumerable<SseItem<string>>> Items);
}

/// <summary>A sign of life.</summary>
internal sealed record BeatView(DateTimeOffset At);
