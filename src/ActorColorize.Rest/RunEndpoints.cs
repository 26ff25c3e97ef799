using System.ComponentModel;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>Endpoints for training runs and named models.</summary>
internal static class RunEndpoints
{
    /// <summary>Maps the endpoints in a group.</summary>
    public static void MapRuns(this RouteGroupBuilder v1)
    {
        var runs = v1.MapGroup("/runs").WithTags("runs");
        runs.MapPost("", SubmitAsync)
            .WithName("SubmitRun")
            .WithSummary("Start a run, or resume the run in the folder")
            .Produces<RunAccepted>(StatusCodes.Status201Created)
            .Produces<RunAccepted>()
            .RefusesWith(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status409Conflict,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity
            );
        runs.MapGet("", ListAsync).WithName("ListRuns").WithSummary("List runs, newest first").RefusesWith(StatusCodes.Status400BadRequest);
        var run = runs.MapGroup("/{run}").RefusesWith(StatusCodes.Status404NotFound);
        run.MapGet("", ShowAsync).WithName("ShowRun").WithSummary("Status of a run");
        run.MapGet("/checkpoints", CheckpointsAsync)
            .WithName("ListCheckpoints")
            .WithSummary("The complete checkpoints of a run, oldest " + "first");
        run.MapPost("/pause", PauseAsync)
            .WithName("PauseRun")
            .WithSummary("Save a run and release its device until it is resumed")
            .RefusesWith(StatusCodes.Status409Conflict);
        run.MapPost("/resume", ResumeAsync)
            .WithName("ResumeRun")
            .WithSummary("Resume a run that is paused, stopped or failed")
            .RefusesWith(StatusCodes.Status409Conflict);
        run.MapPost("/stop", StopAsync)
            .WithName("StopRun")
            .WithSummary("Save a run and end it; it can be resumed")
            .RefusesWith(StatusCodes.Status409Conflict);
        run.MapPost("/promote", PromoteAsync)
            .WithName("PromoteCheckpoint")
            .WithSummary("Publish a checkpoint as a named model for later jobs")
            .RefusesWith(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity
            );
        v1.MapGet("/models", ModelsAsync).WithTags("runs").WithName("ListModels").WithSummary("The named models");
        v1.MapDelete("/models/{model}", DeleteModelAsync)
            .WithTags("runs")
            .WithName("DeleteModel")
            .WithSummary("Delete a named model, unless an open job or run needs it")
            .RefusesWith(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SubmitAsync(
        RunSubmission submission,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        var command = CommandId.New();
        var answer = await sessions.AskAsync<TrainingAnswers.Submitted>(
            Caller.Of(context),
            new TrainingCommands.Submit(command, Caller.Of(context), key ?? command.Value, submission.ToRequest())
        );
        var accepted = new RunAccepted(answer.Run.Value, answer.IsNew);
        return answer.IsNew ? TypedResults.Created($"/v1/runs/{answer.Run}", accepted) : TypedResults.Ok(accepted);
    }

    private static async Task<Ok<RunList>> ListAsync(
        HttpContext context,
        ClientSessions sessions,
        [FromQuery(Name = "cursor"), Description("'next' of the previous page; absent for the first page.")] string? cursor,
        [FromQuery(Name = "limit"), Description(JobEndpoints.LimitDescription)] int? limit
    )
    {
        if (cursor is { Length: > 64 })
            throw RestProblem.BadRequest("cursor must be the 'next' of a page");
        var page = await sessions.AskAsync<TrainingReports.RunPage>(
            Caller.Of(context),
            new TrainingQueries.List(cursor, JobEndpoints.Page(limit))
        );
        return TypedResults.Ok(new RunList([.. page.Runs.Select(RunLine.Of)], page.Next));
    }

    private static async Task<Ok<RunView>> ShowAsync(string run, HttpContext context, ClientSessions sessions) =>
        TypedResults.Ok(
            RunView.Of(await sessions.AskAsync<TrainingReports.RunStatus>(Caller.Of(context), new TrainingQueries.Show(Named(run))))
        );

    private static async Task<Ok<CheckpointList>> CheckpointsAsync(string run, HttpContext context, ClientSessions sessions)
    {
        var page = await sessions.AskAsync<TrainingReports.CheckpointPage>(Caller.Of(context), new TrainingQueries.Checkpoints(Named(run)));
        return TypedResults.Ok(new CheckpointList([.. page.Checkpoints.Select(CheckpointLine.Of)]));
    }

    private static async Task<Ok<ModelList>> ModelsAsync(HttpContext context, ClientSessions sessions)
    {
        var page = await sessions.AskAsync<TrainingReports.ModelPage>(Caller.Of(context), new TrainingQueries.Models());
        return TypedResults.Ok(new ModelList([.. page.Models.Select(ModelLine.Of)]));
    }

    private static async Task<NoContent> DeleteModelAsync(
        string model,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        var command = new TrainingCommands.DeleteModel(CommandIds.Of("delete-model", model, key, context), Caller.Of(context), model);
        await sessions.AskAsync<TrainingAnswers.ModelDeleted>(Caller.Of(context), command);
        return TypedResults.NoContent();
    }

    private static Task<Ok<RunMoved>> PauseAsync(
        string run,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    ) =>
        TellAsync(
            new TrainingCommands.Pause(CommandIds.Of("pause run", run, key, context), Caller.Of(context), Named(run)),
            context,
            sessions
        );

    private static Task<Ok<RunMoved>> ResumeAsync(
        string run,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    ) =>
        TellAsync(
            new TrainingCommands.Resume(CommandIds.Of("resume run", run, key, context), Caller.Of(context), Named(run)),
            context,
            sessions
        );

    private static Task<Ok<RunMoved>> StopAsync(
        string run,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    ) =>
        TellAsync(
            new TrainingCommands.Stop(CommandIds.Of("stop run", run, key, context), Caller.Of(context), Named(run)),
            context,
            sessions
        );

    private static async Task<Ok<ModelLine>> PromoteAsync(
        string run,
        PromoteRequest request,
        [FromHeader(Name = "Idempotency-Key"), Description(CommandIds.KeyDescription)] string? key,
        HttpContext context,
        ClientSessions sessions
    )
    {
        if (request.Step is < 0)
            throw RestProblem.BadRequest($"step must not be negative, but is {request.Step}");
        var command = new TrainingCommands.Promote(
            CommandIds.Of("promote", run, key, context),
            Caller.Of(context),
            Named(run),
            request.Step is { } step ? new StepNumber(step) : null,
            request.Model
        );
        return TypedResults.Ok(ModelLine.Of((await sessions.AskAsync<TrainingAnswers.Promoted>(Caller.Of(context), command)).Model));
    }

    private static async Task<Ok<RunMoved>> TellAsync(
        TrainingCommands.ITrainingCommand command,
        HttpContext context,
        ClientSessions sessions
    )
    {
        var answer = await sessions.AskAsync<TrainingAnswers.Acknowledged>(Caller.Of(context), command);
        return TypedResults.Ok(new RunMoved(answer.Run.Value, answer.Phase));
    }

    /// <summary>The run id in the path.</summary>
    public static RunId Named(string run) => run.Length <= 64 ? new RunId(run) : throw RestProblem.UnknownRun(new RunId(run[..64] + "…"));
}
