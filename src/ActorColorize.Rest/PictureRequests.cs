using System.Collections.Concurrent;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Rest;

/// <summary>
/// Colours pictures that come over HTTP: each is a job of one picture, in a place of its own, urgent before the client's archives. It is
/// never in memory as a whole here. A client that
/// leaves, a picture that takes too long and a daemon that stops cancel the job; the place is removed when the job is over.
/// </summary>
internal sealed class PictureRequests(
    RestSettings settings,
    ClientSessions sessions,
    IPictureSpool spool,
    IHostApplicationLifetime lifetime,
    ILogger<PictureRequests> log
)
{
    private static readonly TimeSpan WaitForUpdates = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TidyWithin = TimeSpan.FromMinutes(5);

    private readonly PictureSlots _slots = new(settings.PicturesAtOnce);
    private readonly ConcurrentDictionary<Task, bool> _tidying = new();

    /// <summary>Answers a request with its picture in colour.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What is wanted of the picture in its place.</param>
    /// <exception cref="RestProblem">It cannot be done.</exception>
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
            job = (await sessions.AskAsync<JobAnswers.Submitted>(client, Submission(request(place)))).Job;
            var end = await EndAsync(client, job.Value, patience.Token);
            isOver = true;
            if (PictureEnd.Problem(end, job.Value) is { } problem)
                throw problem;
            using var result = Stored(place.OpenResult);
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
            var tidying = TidyAsync(client, place, isOver ? null : job);
            _tidying.TryAdd(tidying, true);
            _ = tidying.ContinueWith(done => _tidying.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    /// <summary>Waits until the places of all pictures are removed.</summary>
    /// <param name="within">How long at most; what is left then is removed when the daemon starts again.</param>
    public async Task TidiedAsync(TimeSpan within)
    {
        try
        {
            await Task.WhenAll(_tidying.Keys).WaitAsync(within);
        }
        catch (TimeoutException)
        {
            log.LogWarning("{Count} pictures are still at devices; what they leave is removed at the next start", _tidying.Count);
        }
    }

    private void RequirePicture(HttpContext context)
    {
        var request = context.Request;
        var type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type is null || !PictureMedia.ContentTypes.Contains(type, StringComparer.Ordinal))
        {
            throw new RestProblem(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported-media-type",
                $"the body is to be one picture with Content-Type {string.Join(", ", PictureMedia.ContentTypes.SkipLast(1))}, not {(type is null ? "without one" : $"'{type}'")}"
            );
        }

        // It is counted here: Kestrel would close the connection on a client that still sends, which then may never read why.
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
                    ? "the body is empty; it is to be one picture"
                    : "the body is no JPEG, PNG, WebP or TIFF picture, whatever its Content-Type says"
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
            $"the daemon cannot keep the picture: {full.Message}",
            TimeSpan.FromMinutes(1)
        );

    private static GatewayCommands.SubmitJob Submission(JobRequest request)
    {
        var command = CommandId.New();
        return new GatewayCommands.SubmitJob(command, $"picture {command}", JobPriority.Highest, request);
    }

    /// <returns>The events of a job that is over.</returns>
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

    /// <summary>Ends what is not over, then removes the place: a device may be at it until then.</summary>
    private async Task TidyAsync(ClientId client, IPicturePlace? place, JobId? underWay)
    {
        await Task.Yield(); // not in the way of the answer
        try
        {
            if (underWay is { } job)
            {
                log.LogInformation("job {Job} of one picture is cancelled: nobody waits for it any more", job);
                using var patience = new CancellationTokenSource(TidyWithin);
                await sessions.AskAsync<JobAnswers.IJobAnswer>(client, new JobCommands.Cancel(CommandId.New(), client, job));
                await EndAsync(client, job, patience.Token);
            }

            place?.Dispose();
        }
        catch (Exception untidy)
        {
            log.LogWarning("the place of a picture is not removed ({Reason}); the next start does it", untidy.Message);
        }
        finally
        {
            _slots.Release(client);
        }
    }
}
