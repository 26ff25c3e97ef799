using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;

namespace ActorColorize.Rest;

/// <summary>What came of the job of one picture.</summary>
internal static class PictureEnd
{
    /// <summary>Why there is no coloured picture; null where there is one.</summary>
    /// <param name="events">Of the job, to its end.</param>
    /// <param name="job">The job.</param>
    public static RestProblem? Problem(IReadOnlyList<JobEvents.IJobEvent> events, JobId job) =>
        events.OfType<JobEvents.ItemSettled>().LastOrDefault()?.Outcome switch
        {
            ItemOutcome.Done => null,
            ItemOutcome.Skipped => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "already-colour",
                "the picture is in colour already; recolor=true colours it anew",
                job: job
            ),
            ItemOutcome.Failed { Class: FailureClass.TooLarge } failed => new RestProblem(
                StatusCodes.Status413PayloadTooLarge,
                "too-large",
                Said(failed.Reason),
                job: job
            ),
            ItemOutcome.Failed { Class: FailureClass.Unsupported } failed => new RestProblem(
                StatusCodes.Status415UnsupportedMediaType,
                "unsupported-picture",
                Said(failed.Reason),
                job: job
            ),
            ItemOutcome.Failed { Class: FailureClass.Unreadable } failed => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "not-a-picture",
                Said(failed.Reason),
                job: job
            ),
            ItemOutcome.Failed failed => RestProblem.Unavailable(
                $"the picture could not be coloured: {Said(failed.Reason)}",
                TimeSpan.FromSeconds(10),
                job
            ),
            ItemOutcome.Quarantined => new RestProblem(
                StatusCodes.Status422UnprocessableEntity,
                "harmful-picture",
                "devices died of this picture again and again; it is given up",
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

    /// <summary>A reason without the path of the place that the picture had for a moment.</summary>
    private static string Said(string reason)
    {
        var at = reason.IndexOf(": ", StringComparison.Ordinal);
        return at > 0 && Path.IsPathRooted(reason) ? reason[(at + 2)..] : reason;
    }
}
