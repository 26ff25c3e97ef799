using System.ComponentModel;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>Small pictures of a job's originals and results, for a gallery.</summary>
internal static class ThumbnailEndpoints
{
    private const int DefaultSide = 320;
    private const int SmallestSide = 32;
    private const int LargestSide = 1600;

    /// <summary>Maps the endpoints in a group.</summary>
    public static void MapThumbnails(this RouteGroupBuilder v1)
    {
        var item = v1.MapGroup("/jobs/{job}/items/{number}").WithTags("jobs").RefusesWith(StatusCodes.Status404NotFound);
        Map(item, "/before", isResult: false, "ShowOriginal", "A small JPEG of an original");
        Map(item, "/after", isResult: true, "ShowResult", "A small JPEG of a result");
    }

    private static void Map(RouteGroupBuilder item, string path, bool isResult, string name, string summary) =>
        item.MapGet(
                path,
                (
                    string job,
                    long number,
                    HttpContext context,
                    ClientSessions sessions,
                    IDaemonFiles files,
                    [FromQuery(Name = "side"), Description("Longest side in pixels, 32 to 1600; absent: 320.")] int? side
                ) => AnswerAsync(job, number, isResult, side, context, sessions, files)
            )
            .WithName(name)
            .WithSummary(summary)
            .Produces<Stream>(StatusCodes.Status200OK, "image/jpeg")
            .Produces(StatusCodes.Status304NotModified)
            .RefusesWith(StatusCodes.Status400BadRequest);

    private static async Task<IResult> AnswerAsync(
        string job,
        long number,
        bool isResult,
        int? side,
        HttpContext context,
        ClientSessions sessions,
        IDaemonFiles files
    )
    {
        if (side is < SmallestSide or > LargestSide)
            throw RestProblem.BadRequest($"side must be from {SmallestSide} to {LargestSide}, not {side}");
        var client = Caller.Of(context);
        var status = await sessions.AskAsync<JobReports.JobStatus>(client, new JobQueries.Show(JobEndpoints.Named(job)));
        var page = await sessions.AskAsync<JobReports.ItemPage>(client, new JobQueries.Items(status.Job, null, number - 1, 1));
        if (page.Items is not [var item] || item.Number != number)
            throw NotShown($"job {job} has no picture {number}");
        // A picture that no device has read yet, or that failed, may be a harmful one: this process does not open it.
        if (item.State is not (ItemState.Done or ItemState.Skipped))
            throw NotShown($"picture {number} of job {job} is not shown: it is {item.State.ToString().ToLowerInvariant()}");
        var root = isResult ? status.Specification.OutputRoot : status.Specification.InputRoot;
        var known = TaggedAnswers.KnownTo(context);
        var thumbnail = await files.ThumbnailAsync(root, item.RelativePath, side ?? DefaultSide, known, context.RequestAborted)
            ?? throw NotShown($"picture {number} of job {job} is missing or cannot be read by this daemon");
        return TaggedAnswers.HasClient(context, thumbnail.Tag) || thumbnail.Jpeg is null
            ? TaggedAnswers.NotModified()
            : TypedResults.Bytes(thumbnail.Jpeg, "image/jpeg");
    }

    private static RestProblem NotShown(string reason) => new(StatusCodes.Status404NotFound, "unknown-path", reason);
}
