using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;

namespace ActorColorize.Rest;

/// <summary>A request that is answered with a problem (RFC 9457): its kind, and one line that says what is wrong and what to do.</summary>
internal sealed class RestProblem(int status, string kind, string detail, TimeSpan? askAgainAfter = null, JobId? job = null)
    : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>One of a closed list of words, for programs; the last part of the problem's type.</summary>
    public string Kind => kind;

    /// <summary>When to retry; null if a retry cannot succeed.</summary>
    public TimeSpan? AskAgainAfter => askAgainAfter;

    /// <summary>The job that it concerns, if any.</summary>
    public JobId? Job => job;

    /// <summary>There is no such job.</summary>
    public static RestProblem UnknownJob(JobId job) => new(StatusCodes.Status404NotFound, "unknown-job", $"there is no job {job}");

    /// <summary>There is no such run.</summary>
    public static RestProblem UnknownRun(RunId run) => new(StatusCodes.Status404NotFound, "unknown-run", $"there is no run {run}");

    /// <summary>The request is invalid.</summary>
    public static RestProblem BadRequest(string detail) => new(StatusCodes.Status400BadRequest, "bad-request", detail);

    /// <summary>What should answer does not at the moment.</summary>
    public static RestProblem Unavailable(string detail, TimeSpan? askAgainAfter = null, JobId? job = null) =>
        new(StatusCodes.Status503ServiceUnavailable, "unavailable", detail, askAgainAfter ?? TimeSpan.FromSeconds(1), job);

    /// <summary>A refusal by the session or the gateway.</summary>
    public static RestProblem Of(GatewayAnswers.Refused refused) =>
        refused.Kind switch
        {
            GatewayRefusal.TooFast => new(StatusCodes.Status429TooManyRequests, "too-fast", refused.Reason, refused.AskAgainAfter),
            GatewayRefusal.TooManyAtOnce => new(
                StatusCodes.Status429TooManyRequests,
                "too-many-at-once",
                refused.Reason,
                refused.AskAgainAfter
            ),
            GatewayRefusal.TooManyOpenJobs => new(
                StatusCodes.Status429TooManyRequests,
                "too-many-open-jobs",
                refused.Reason,
                TimeSpan.FromMinutes(1)
            ),
            GatewayRefusal.TooManyClients => Unavailable(refused.Reason, refused.AskAgainAfter),
            GatewayRefusal.Unavailable => Unavailable(refused.Reason, refused.AskAgainAfter),
            _ => new(StatusCodes.Status403Forbidden, "not-for-clients", refused.Reason),
        };

    /// <summary>A refusal by the job coordinator.</summary>
    public static RestProblem Of(JobAnswers.Refused refused) =>
        refused.Kind switch
        {
            JobRefusal.UnknownJob => new(StatusCodes.Status404NotFound, "unknown-job", refused.Reason),
            JobRefusal.KeyInUse => new(StatusCodes.Status422UnprocessableEntity, "key-in-use", refused.Reason),
            JobRefusal.NotInThisPhase => new(StatusCodes.Status409Conflict, "not-in-this-phase", refused.Reason),
            JobRefusal.Unavailable => Unavailable(refused.Reason),
            _ => new(StatusCodes.Status422UnprocessableEntity, "invalid", refused.Reason),
        };

    /// <summary>A refusal by the run coordinator.</summary>
    public static RestProblem Of(TrainingAnswers.Refused refused) =>
        refused.Kind switch
        {
            TrainingRefusal.UnknownRun => new(StatusCodes.Status404NotFound, "unknown-run", refused.Reason),
            TrainingRefusal.KeyInUse => new(StatusCodes.Status422UnprocessableEntity, "key-in-use", refused.Reason),
            TrainingRefusal.NotInThisPhase => new(StatusCodes.Status409Conflict, "not-in-this-phase", refused.Reason),
            TrainingRefusal.ModelNotUsable => new(StatusCodes.Status422UnprocessableEntity, "model-not-usable", refused.Reason),
            TrainingRefusal.UnknownModel => new(StatusCodes.Status404NotFound, "unknown-model", refused.Reason),
            TrainingRefusal.ModelInUse => new(StatusCodes.Status409Conflict, "model-in-use", refused.Reason),
            TrainingRefusal.TooManyRuns => new(
                StatusCodes.Status429TooManyRequests,
                "too-many-runs",
                refused.Reason,
                TimeSpan.FromMinutes(1)
            ),
            _ => new(StatusCodes.Status422UnprocessableEntity, "invalid", refused.Reason),
        };
}
