using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;

namespace ActorColorize.Rest;

/// <summary>Result of the job of one picture.</summary>
internal static class PictureResult
{
    /// <summary>Why there is no coloured picture; null if there is one.</summary>
    /// <param name="events">The events of the ended job.</param>
    /// <param name="job">The job.</param>
    public static RestProblem? Problem(IReadOnlyList<JobEvents.IJobEvent> events, JobId job) =>
        events.OfType<JobEvents.ItemSettled>().LastOrDefault()?.Outcome switch
        {
            ItemOutcome.Done => null,
            ItemOutcome.Skipped { Reason: SkipReason.Doubtful } => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "doubtful",
                "the picture may be in colour or toned; doubtful=colorize colours it",
                job: job
            ),
            ItemOutcome.Skipped { Reason: SkipReason.Toned } => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "toned",
                "the picture has a tint, and toned pictures were to be skipped",
                job: job
            ),
            ItemOutcome.Skipped { Reason: SkipReason.BlackAndWhite } => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "black-and-white",
                "the picture has black and white only, which leaves no room for colour",
                job: job
            ),
            ItemOutcome.Skipped => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "already-colour",
                "the picture is already in colour; recolor=true colours it anyway",
                job: job
            ),
            ItemOutcome.Failed { Class: FailureClass.TooLarge } failed => new RestProblem(
                StatusCodes.Status413PayloadTooLarge,
                "too-large",
                WithoutPath(failed.Reason),
                job: job
            ),
            ItemOutcome.Failed { Class: FailureClass.Unsupported } failed => new RestProblem(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported-picture",
                WithoutPath(failed.Reason),
                job: job
            ),
            ItemOutcome.Failed { Class: FailureClass.Unreadable } failed => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "not-a-picture",
                WithoutPath(failed.Reason),
                job: job
            ),
            ItemOutcome.Failed failed => RestProblem.Unavailable(
                $"the picture could not be coloured: {WithoutPath(failed.Reason)}",
                TimeSpan.FromSeconds(10),
                job
            ),
            ItemOutcome.Quarantined => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "harmful-picture",
                "the picture repeatedly crashed its device and was abandoned",
                job: job
            ),
            _ => OfJob(events.OfType<JobEvents.JobEnded>().LastOrDefault(), job),
        };

    private static RestProblem OfJob(JobEvents.JobEnded? ended, JobId job) =>
        ended switch
        {
            { Outcome: JobOutcome.Cancelled } => RestProblem.Unavailable("the job of this picture was cancelled", job: job),
            { Failure: JobFailure.Model } => new RestProblem(StatusCodes.Status422UnprocessableEntity, "invalid", ended.Detail, job: job),
            { Failure: JobFailure.Output } => new RestProblem(
                StatusCodes.Status507InsufficientStorage,
                "no-room",
                ended.Detail,
                TimeSpan.FromMinutes(1),
                job
            ),
            _ => RestProblem.Unavailable(
                $"the picture could not be coloured: {ended?.Detail ?? "its job ended without it"}",
                TimeSpan.FromSeconds(10),
                job
            ),
        };

    /// <summary>A reason without the temporary path of the picture.</summary>
    private static string WithoutPath(string reason)
    {
        var at = reason.IndexOf(": ", StringComparison.Ordinal);
        return at > 0 && Path.IsPathRooted(reason) ? reason[(at + 2)..] : reason;
    }
}
