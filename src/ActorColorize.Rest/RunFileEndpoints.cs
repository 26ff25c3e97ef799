using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>Endpoints that read a run's folder: curves, panels, and what it was started with.</summary>
internal static class RunFileEndpoints
{
    private const int DefaultPoints = 1500;
    private const int LeastPoints = 12;
    private const int MostPoints = 10_000;

    /// <summary>Maps the endpoints in a group.</summary>
    public static void MapRunFiles(this RouteGroupBuilder v1)
    {
        var run = v1.MapGroup("/runs/{run}").WithTags("runs").RefusesWith(StatusCodes.Status404NotFound);
        run.MapGet("/curves", CurvesAsync)
            .WithName("ShowCurves")
            .WithSummary("The curves of a run, thinned; the extremes of every series are kept")
            .RefusesWith(StatusCodes.Status400BadRequest);
        run.MapGet("/colors", ColorsAsync)
            .WithName("ShowColors")
            .WithSummary("The colours of a validation's pictures over the ab plane, the network's and their own")
            .Produces<RunColors>();
        run.MapGet("/panels", PanelsAsync)
            .WithName("ListPanels")
            .WithSummary("The panels of the fixed validation pictures, by step")
            .Produces<PanelList>()
            .Produces(StatusCodes.Status304NotModified);
        run.MapGet("/panels/{step}", PanelAsync)
            .WithName("ShowPanel")
            .WithSummary("The panel of a step: grey, ours, truth")
            .Produces<Stream>(StatusCodes.Status200OK, "image/png")
            .Produces(StatusCodes.Status304NotModified);
        run.MapGet("/document", DocumentAsync)
            .WithName("ShowRunDocument")
            .WithSummary("What a run was started with: configuration, data and its hash, seed, program")
            .Produces<JsonElement>();
    }

    private static async Task<Ok<RunCurves>> CurvesAsync(
        string run,
        HttpContext context,
        ClientSessions sessions,
        IDaemonFiles files,
        [FromQuery(Name = "points"), Description("Largest number of training points, 12 to 10000; absent: 1500.")] int? points,
        [FromQuery(Name = "cursor"), Description("'cursor' of an earlier answer, to get only what came after it.")] string? cursor,
        [FromQuery(Name = "from"), Description("Leaves out training points before this step.")] long? from,
        [FromQuery(Name = "to"), Description("Leaves out training points after this step.")] long? to
    )
    {
        if (points is < LeastPoints or > MostPoints)
            throw RestProblem.BadRequest($"points must be from {LeastPoints} to {MostPoints}, not {points}");
        if (cursor is { Length: > 100 })
            throw RestProblem.BadRequest("cursor must be the 'cursor' of an earlier answer");
        if (cursor is not null && (from ?? to) is not null)
            throw RestProblem.BadRequest("cursor cannot be combined with from or to");
        var query = new CurveQuery(points ?? DefaultPoints, cursor, from ?? 0, to ?? long.MaxValue);
        var folder = await FolderAsync(run, context, sessions);
        return TypedResults.Ok(await ReadAsync(() => files.Curves(folder, query)));
    }

    private static async Task<IResult> ColorsAsync(
        string run,
        HttpContext context,
        ClientSessions sessions,
        IDaemonFiles files,
        [FromQuery(Name = "step"), Description("The newest validation up to this step; absent: the newest of all.")] long? step
    )
    {
        var folder = await FolderAsync(run, context, sessions);
        return await ReadAsync(() => files.Colors(folder, step)) is { } colors
            ? TypedResults.Ok(colors)
            : throw new RestProblem(StatusCodes.Status404NotFound, "unknown-path", $"run {run} has no colours of a validation up to there");
    }

    private static async Task<IResult> PanelsAsync(string run, HttpContext context, ClientSessions sessions, IDaemonFiles files)
    {
        var folder = await FolderAsync(run, context, sessions);
        var panels = await ReadAsync(() => files.Panels(folder));
        var tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', panels.Select(panel => panel.Tag)))));
        return TaggedAnswers.HasClient(context, tag[..16]) ? TaggedAnswers.NotModified() : TypedResults.Ok(new PanelList(panels));
    }

    private static async Task<IResult> PanelAsync(string run, long step, HttpContext context, ClientSessions sessions, IDaemonFiles files)
    {
        var folder = await FolderAsync(run, context, sessions);
        var panel = (await ReadAsync(() => files.Panels(folder))).FirstOrDefault(panel => panel.Step == step)
            ?? throw new RestProblem(StatusCodes.Status404NotFound, "unknown-path", $"run {run} has no panel at step {step}");
        if (TaggedAnswers.HasClient(context, panel.Tag))
            return TaggedAnswers.NotModified();
        var png = await ReadAsync(() => files.OpenPanel(folder, step))
            ?? throw new RestProblem(StatusCodes.Status404NotFound, "unknown-path", $"run {run} has no panel at step {step}");
        return TypedResults.Stream(png, "image/png");
    }

    private static async Task<IResult> DocumentAsync(string run, HttpContext context, ClientSessions sessions, IDaemonFiles files)
    {
        var folder = await FolderAsync(run, context, sessions);
        return await ReadAsync(() => files.Document(folder)) is { } document
            ? TypedResults.Ok(document)
            : throw new RestProblem(StatusCodes.Status404NotFound, "unknown-path", $"run {run} has not been prepared yet");
    }

    /// <summary>The folder of a run, from the coordinator's report.</summary>
    private static async Task<string> FolderAsync(string run, HttpContext context, ClientSessions sessions) =>
        (
            await sessions.AskAsync<TrainingReports.RunStatus>(Caller.Of(context), new TrainingQueries.Show(RunEndpoints.Named(run)))
        ).RunFolder;

    private static async Task<T> ReadAsync<T>(Func<T> read)
    {
        try
        {
            return await Task.Run(read);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw RestProblem.Unavailable($"the run's folder cannot be read: {unreadable.Message}", TimeSpan.FromSeconds(10));
        }
    }
}

/// <summary>The panels of a run, by step.</summary>
internal sealed record PanelList(IReadOnlyList<RunPanel> Panels);
