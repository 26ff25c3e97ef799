using System.ComponentModel;
using System.Diagnostics;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>Endpoints for jobs: the gateway's commands and queries over HTTP.</summary>
internal static class JobEndpoints
{
    private const int DefaultPage = 50;
    private const int LargestPage = 200;
    internal const string LimitDescription = "Largest number of entries, 1 to 200; a page may contain fewer.";

    private static readonly SortedDictionary<string, ItemState> States = new(
        Enum.GetValues<ItemState>().ToDictionary(state => state.ToString().ToLowerInvariant(), StringComparer.Ordinal),
        StringComparer.Ordinal
    );

    private static readonly SortedDictionary<string, ReviewDecision> Decisions = new(
        Enum.GetValues<ReviewDecision>().ToDictionary(decision => decision.ToString().ToLowerInvariant(), StringComparer.Ordinal),
        StringComparer.Ordinal
    );

    /// <summary>Maps the endpoints in a group.</summary>
    public static void MapJobs(this RouteGroupBuilder v1)
    {
        var jobs = v1.MapGroup("/jobs").WithTags("jobs");
        jobs.MapPost("", SubmitAsync)
            .WithName("SubmitJob")
            .WithSummary("Colour an archive")
            .Produces<JobAccepted>(StatusCodes.Status201Created)
            .Produces<JobAccepted>()
            .RefusesWith(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity
            );
        jobs.MapGet("", ListAsync).WithName("ListJobs").WithSummary("List jobs, newest first").RefusesWith(StatusCodes.Status400BadRequest);
        var job = jobs.MapGroup("/{job}").RefusesWith(StatusCodes.Status404NotFound);
        job.MapGet("", ShowAsync).WithName("ShowJob").WithSummary("Status of a job");
        job.MapGet("/items", ItemsAsync)
            .WithName("ListItems")
            .WithSummary("Pictures of a job, in order")
            .RefusesWith(StatusCodes.Status400BadRequest);
        job.MapGet("/errors", ErrorsAsync)
            .WithName("ListErrors")
            .WithSummary("Pictures that could not be coloured, with the reason for each")
            .RefusesWith(StatusCodes.Status400BadRequest);
        job.MapPost("/pause", PauseAsync)
            .WithName("PauseJob")
            .WithSummary("Pause a job; pictures in progress are finished")
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict);
        job.MapPost("/resume", ResumeAsync)
            .WithName("ResumeJob")
            .WithSummary("End every client's pause")
            .RefusesWith(StatusCodes.Status409Conflict);
        job.MapPost("/cancel", CancelAsync)
            .WithName("CancelJob")
            .WithSummary("Cancel a job; pictures in progress are finished, results already written are kept")
            .RefusesWith(StatusCodes.Status409Conflict);
        job.MapPost("/retry", RetryAsync)
            .WithName("RetryJob")
            .WithSummary("Retry failed pictures")
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict);
        job.MapGet("/reviews", ReviewsAsync).WithName("CountReviews").WithSummary("How many results are approved and rejected");
        job.MapPost("/reviews", ReviewAsync)
            .WithName("ReviewItems")
            .WithSummary("Approve or reject results; the decisions are also written to manifest.jsonl")
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status422UnprocessableEntity);
        job.MapPost("/rerun", RerunAsync)
            .WithName("RerunRejected")
            .WithSummary("Colour the rejected pictures again with other settings, as a new job")
            .Produces<JobAccepted>(StatusCodes.Status201Created)
            .Produces<JobAccepted>()
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity);
        job.MapDelete("", DeleteAsync)
            .WithName("DeleteJob")
            .WithSummary("Delete an ended job with its history; results in the output folder stay")
            .RefusesWith(StatusCodes.Status409Conflict);
        job.MapPut("/priority", SetPriorityAsync)
            .WithName("SetJobPriority")
            .WithSummary("Change a job's priority")
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict);
    }

    /// <summary>The page size, validated.</summary>
    public static int Page(int? limit) =>
        limit switch
        {
            null => DefaultPage,
            >= 1 and <= LargestPage => limit.Value,
            _ => throw RestProblem.BadRequest($"limit must be from 1 to {LargestPage}, not {limit}"),
        };

    /// <summary>The job id in the path.</summary>
    public static JobId Named(string job) => job.Length <= 64 ? new JobId(job) : throw RestProblem.UnknownJob(new JobId(job[..64] + "…"));

    private static async Task<IResult> SubmitAsync(
        JobSubmission submission,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        var command = CommandId.New();
        var answer = await sessions.AskAsync<JobAnswers.Submitted>(
            Caller.Of(context),
            new GatewayCommands.SubmitJob(command, key ?? command.Value, submission.Priority, submission.ToRequest(), Activity.Current?.Id)
        );
        var accepted = new JobAccepted(answer.Job.Value, answer.IsNew);
        return answer.IsNew ? TypedResults.Created($"/v1/jobs/{answer.Job}", accepted) : TypedResults.Ok(accepted);
    }

    private static async Task<Ok<JobList>> ListAsync(
        HttpContext context,
        ClientSessions sessions,
        [FromQuery(Name = "cursor"), Description("'next' of the previous page; absent for the first page.")] string? cursor,
        [FromQuery(Name = "limit"), Description(LimitDescription)] int? limit,
        [FromQuery(Name = "mine"), Description("Only those submitted by this client.")] bool mine = false
    )
    {
        if (cursor is { Length: > 64 })
            throw RestProblem.BadRequest("cursor must be the 'next' of a page");
        var page = await sessions.AskAsync<JobReports.JobPage>(
            Caller.Of(context),
            new JobQueries.List(mine ? Caller.Of(context) : null, cursor, Page(limit))
        );
        return TypedResults.Ok(new JobList([.. page.Jobs.Select(JobLine.Of)], page.Next));
    }

    private static async Task<Ok<JobView>> ShowAsync(string job, HttpContext context, ClientSessions sessions) =>
        TypedResults.Ok(JobView.Of(await sessions.AskAsync<JobReports.JobStatus>(Caller.Of(context), new JobQueries.Show(Named(job)))));

    private static async Task<Ok<ItemList>> ItemsAsync(
        string job,
        HttpContext context,
        ClientSessions sessions,
        [FromQuery(Name = "state"), Description("Only those in this state: pending, leased, done, skipped, failed, quarantined.")]
            string? state,
        [FromQuery(Name = "cursor"), Description("'next' of the previous page; absent for the first page.")] long? cursor,
        [FromQuery(Name = "limit"), Description(LimitDescription)] int? limit,
        [FromQuery(Name = "review"), Description("Only results with this decision: none, approved, rejected.")] string? review
    )
    {
        if (review is not null && !Decisions.ContainsKey(review))
            throw RestProblem.BadRequest($"review must be one of {string.Join(", ", Decisions.Keys)}, not '{review}'");
        if (state is not null && !States.ContainsKey(state))
            throw RestProblem.BadRequest($"state must be one of {string.Join(", ", States.Keys)}, not '{state}'");
        ItemState? wanted = state is null ? null : States[state];
        var page = await sessions.AskAsync<JobReports.ItemPage>(
            Caller.Of(context),
            new JobQueries.Items(Named(job), wanted, cursor ?? -1, Page(limit), review is null ? null : Decisions[review])
        );
        return TypedResults.Ok(new ItemList([.. page.Items.Select(ItemLine.Of)], page.Next));
    }

    private static async Task<Ok<ErrorList>> ErrorsAsync(
        string job,
        HttpContext context,
        ClientSessions sessions,
        [FromQuery(Name = "cursor"), Description("'next' of the previous page; absent for the first page.")] long? cursor,
        [FromQuery(Name = "limit"), Description(LimitDescription)] int? limit
    )
    {
        var page = await sessions.AskAsync<JobReports.ErrorPage>(
            Caller.Of(context),
            new JobQueries.Errors(Named(job), cursor ?? -1, Page(limit))
        );
        return TypedResults.Ok(new ErrorList([.. page.Errors.Select(ErrorLine.Of)], page.Next));
    }

    private static Task<Ok<JobMoved>> PauseAsync(
        string job,
        PauseRequest? request,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        if (request?.Seconds is { } seconds and not (> 0 and <= 31_536_000))
            throw RestProblem.BadRequest($"seconds must be above 0 and at most a year, not {seconds}");
        return TellAsync(
            new JobCommands.Pause(
                CommandIds.Of("pause", job, key, context),
                Caller.Of(context),
                Named(job),
                request?.Reason ?? "",
                request?.Seconds is { } given ? TimeSpan.FromSeconds(given) : null
            ),
            context,
            sessions
        );
    }

    private static Task<Ok<JobMoved>> ResumeAsync(
        string job,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    ) => TellAsync(new JobCommands.Resume(CommandIds.Of("resume", job, key, context), Caller.Of(context), Named(job)), context, sessions);

    private static Task<Ok<JobMoved>> CancelAsync(
        string job,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    ) => TellAsync(new JobCommands.Cancel(CommandIds.Of("cancel", job, key, context), Caller.Of(context), Named(job)), context, sessions);

    private static Task<Ok<JobMoved>> SetPriorityAsync(
        string job,
        PriorityRequest request,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    ) =>
        TellAsync(
            new JobCommands.SetPriority(CommandIds.Of("priority", job, key, context), Caller.Of(context), Named(job), request.Priority),
            context,
            sessions
        );

    private static async Task<NoContent> DeleteAsync(
        string job,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        var command = new JobCommands.Delete(CommandIds.Of("delete", job, key, context), Caller.Of(context), Named(job));
        await sessions.AskAsync<JobAnswers.Deleted>(Caller.Of(context), command);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<JobRetried>> RetryAsync(
        string job,
        RetryRequest? request,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        var command = new JobCommands.RetryFailed(
            CommandIds.Of("retry", job, key, context),
            Caller.Of(context),
            Named(job),
            request?.Quarantined ?? false
        );
        var answer = await sessions.AskAsync<JobAnswers.Retried>(Caller.Of(context), command);
        return TypedResults.Ok(new JobRetried(job, answer.TakenUp, answer.Left));
    }

    private static async Task<Ok<ReviewCountsView>> ReviewsAsync(string job, HttpContext context, ClientSessions sessions)
    {
        var counts = await sessions.AskAsync<JobReports.ReviewCounts>(Caller.Of(context), new JobQueries.Reviews(Named(job)));
        return TypedResults.Ok(new ReviewCountsView(job, counts.Approved, counts.Rejected));
    }

    private static async Task<Ok<ItemsReviewed>> ReviewAsync(
        string job,
        ReviewRequest request,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        var command = new JobCommands.Review(
            CommandIds.Of("review", job, key, context),
            Caller.Of(context),
            Named(job),
            request.Items,
            request.Decision
        );
        var answer = await sessions.AskAsync<JobAnswers.Reviewed>(Caller.Of(context), command);
        return TypedResults.Ok(new ItemsReviewed(job, answer.Recorded, answer.Ignored));
    }

    private static async Task<IResult> RerunAsync(
        string job,
        RerunRequest? request,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        var command = CommandId.New();
        var first = await sessions.AskAsync<JobReports.JobStatus>(Caller.Of(context), new JobQueries.Show(Named(job)));
        var again = (request ?? new RerunRequest()).ToSettings().RequestFor(first);
        var answer = await sessions.AskAsync<JobAnswers.Submitted>(
            Caller.Of(context),
            new GatewayCommands.SubmitJob(command, key ?? command.Value, first.Priority, again, Activity.Current?.Id)
        );
        var accepted = new JobAccepted(answer.Job.Value, answer.IsNew);
        return answer.IsNew ? TypedResults.Created($"/v1/jobs/{answer.Job}", accepted) : TypedResults.Ok(accepted);
    }

    private static async Task<Ok<JobMoved>> TellAsync(JobCommands.IJobCommand command, HttpContext context, ClientSessions sessions)
    {
        var answer = await sessions.AskAsync<JobAnswers.Acknowledged>(Caller.Of(context), command);
        return TypedResults.Ok(new JobMoved(answer.Job.Value, answer.Phase));
    }
}
