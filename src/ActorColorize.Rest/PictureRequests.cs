using System.Collections.Concurrent;
using System.Diagnostics;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Rest;

/// <summary>
/// Colours pictures received over HTTP: each is a job of one picture, with its own storage place and a higher priority than the client's
/// archives. A picture is streamed, never held in memory as a whole. The job is cancelled when the client disconnects, the time limit
/// expires or the daemon stops; the storage place is deleted when the job has ended.
/// </summary>
internal sealed class PictureRequests(
    RestSettings settings,
    ClientSessions sessions,
    IPictureSpool spool,
    KeptDistributions distributions,
    IHostApplicationLifetime lifetime,
    ILogger<PictureRequests> log
)
{
    private static readonly TimeSpan WaitForUpdates = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CleanupTimeout = TimeSpan.FromMinutes(5);

    private readonly PictureSlots _slots = new(settings.PicturesAtOnce);
    private readonly ConcurrentDictionary<Task, bool> _cleanups = new();

    /// <summary>Answers a request with its picture in colour.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">Creates the job request from the storage place.</param>
    /// <exception cref="RestProblem">The picture could not be coloured.</exception>
    public async Task ColourAsync(HttpContext context, Func<IPicturePlace, JobRequest> request)
    {
        RequirePicture(context);
        var client = Caller.Of(context);
        _slots.Take(client);
        IPicturePlace? place = null;
        JobId? job = null;
        var isOver = false;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            patience.CancelAfter(settings.PictureWithin);
            place = Stored(spool.NewPlace);
            var media = await ReceiveAsync(context, place, patience.Token);
            job = (await sessions.AskAsync<JobAnswers.Submitted>(client, Submission(request(place) with { Codec = settings.Codec }))).Job;
            var end = await EndAsync(client, job.Value, patience.Token);
            isOver = true;
            if (PictureResult.Problem(end, job.Value) is { } problem)
                throw problem;
            using var result = Stored(place.OpenResult);
            using (var distribution = Stored(place.OpenDistribution))
            {
                if (distribution is not null && distributions.Keep(client, distribution) is { } name)
                    context.Response.Headers.Link = $"<{PictureEndpoint.DistributionPath(name)}>; rel=\"related\"";
            }

            context.Response.ContentType = media.ContentType;
            context.Response.ContentLength = result.Length;
            await result.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw lifetime.ApplicationStopping.IsCancellationRequested
                ? RestProblem.Unavailable("the daemon is stopping; send the picture again when it is back", TimeSpan.FromSeconds(10))
                : RestProblem.Unavailable(
                    $"the picture was not coloured within {settings.PictureWithin.TotalSeconds:0} seconds; the devices are busy or away",
                    TimeSpan.FromSeconds(30),
                    job
                );
        }
        finally
        {
            var tidying = CleanUpAsync(client, place, isOver ? null : job);
            _cleanups.TryAdd(tidying, true);
            _ = tidying.ContinueWith(done => _cleanups.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    /// <summary>Waits until the storage places of all pictures are deleted.</summary>
    /// <param name="within">Time limit; what is left then is deleted at the next start of the daemon.</param>
    public async Task CleanedUpAsync(TimeSpan within)
    {
        try
        {
            await Task.WhenAll(_cleanups.Keys).WaitAsync(within);
        }
        catch (TimeoutException)
        {
            log.LogWarning("{Count} pictures are still being processed; their files are deleted at the next start", _cleanups.Count);
        }
    }

    private void RequirePicture(HttpContext context)
    {
        var request = context.Request;
        var type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type is null || !PictureMedia.Accepts(type))
        {
            throw new RestProblem(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported-media-type",
                $"the body must be one picture with Content-Type {string.Join(", ", PictureMedia.ContentTypes.SkipLast(1))}, not "
                    + $"{(type is null ? "without one" : $"'{type}'")}"
            );
        }

        // Counted here rather than by Kestrel, which would close the connection while the client is still sending, so that it might never
        // read the reason.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        if (request.ContentLength > settings.LargestPicture)
            throw TooLarge();
    }

    private RestProblem TooLarge() =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            "too-large",
            $"the picture has more than {settings.LargestPicture:N0} bytes, which is the limit"
        );

    private async Task<PictureMedia> ReceiveAsync(HttpContext context, IPicturePlace place, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        var start = await context.Request.Body.ReadAtLeastAsync(buffer, PictureMedia.StartBytes, throwOnEndOfStream: false, cancellation);
        var media = PictureMedia.OfStart(buffer.AsSpan(0, start))
            ?? throw new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "not-a-picture",
                start == 0
                    ? "the body is empty; it must be one picture"
                    : "the body is not a picture of these formats, whatever its Content-Type says"
            );
        await using var file = Stored(() => place.Receive(media.Extension));
        var received = 0L;
        for (var bytes = start; bytes > 0; bytes = await context.Request.Body.ReadAsync(buffer, cancellation))
        {
            received += bytes;
            if (received > settings.LargestPicture)
                throw TooLarge();
            await StoredAsync(file.WriteAsync(buffer.AsMemory(0, bytes), cancellation).AsTask());
        }

        await StoredAsync(file.FlushAsync(cancellation));
        return media;
    }

    private static async Task StoredAsync(Task writing)
    {
        try
        {
            await writing;
        }
        catch (IOException full)
        {
            throw NoRoom(full);
        }
    }

    private static T Stored<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            throw NoRoom(full);
        }
    }

    private static RestProblem NoRoom(Exception full) =>
        new(
            StatusCodes.Status507InsufficientStorage,
            "no-room",
            $"the daemon cannot store the picture: {full.Message}",
            TimeSpan.FromMinutes(1)
        );

    private static GatewayCommands.SubmitJob Submission(JobRequest request)
    {
        var command = CommandId.New();
        return new GatewayCommands.SubmitJob(command, $"picture {command}", JobPriority.Highest, request, Activity.Current?.Id);
    }

    /// <returns>The events of the ended job.</returns>
    private async Task<IReadOnlyList<JobEvents.IJobEvent>> EndAsync(ClientId client, JobId job, CancellationToken cancellation)
    {
        var events = new List<JobEvents.IJobEvent>(); // of one picture: a handful
        for (long after = 0; ; )
        {
            var page = await sessions.UpdatesAsync(client, new JobQueries.EventsAfter(job, after, 100, WaitForUpdates), cancellation);
            events.AddRange(page.Events.Select(numbered => numbered.Event));
            if (page.Events.Count > 0)
                after = page.Events[^1].Sequence;
            if (page.IsOver)
                return events;
        }
    }

    /// <summary>Cancels the job if it is still open, then deletes the storage place once no device uses it.</summary>
    private async Task CleanUpAsync(ClientId client, IPicturePlace? place, JobId? active)
    {
        await Task.Yield(); // does not delay the answer
        try
        {
            if (active is { } job)
            {
                log.LogInformation("job {Job} of one picture is cancelled: its client no longer waits for it", job);
                using var patience = new CancellationTokenSource(CleanupTimeout);
                await sessions.AskAsync<JobAnswers.IJobAnswer>(client, new JobCommands.Cancel(CommandId.New(), client, job));
                await EndAsync(client, job, patience.Token);
            }

            place?.Dispose();
        }
        catch (Exception failed)
        {
            log.LogWarning("the files of a picture could not be deleted ({Reason}); the next start retries", failed.Message);
        }
        finally
        {
            _slots.Release(client);
        }
    }
}
