using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>The sub-commands of <c>run</c> that speak with a daemon: each is a few calls of the client library.</summary>
internal sealed class RunCommand(CommandContext context)
{
    /// <summary>What runs for each of them.</summary>
    public RunActions Actions =>
        new()
        {
            Start = StartAsync,
            Watch = WatchAsync,
            List = ListAsync,
            Checkpoints = CheckpointsAsync,
            Pause = options => TellAsync(options, client => client.PauseRunAsync(options.Run, Stop)),
            Resume = options => TellAsync(options, client => client.ResumeRunAsync(options.Run, Stop)),
            Stop = options => TellAsync(options, client => client.StopRunAsync(options.Run, Stop)),
            Promote = PromoteAsync,
            Models = ModelsAsync,
        };

    private CancellationToken Stop => context.Stop.Token;

    /// <summary>Shows where a daemon's run stands.</summary>
    public async Task<ExitCode> ShowAsync(RunOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        Show(await client.ShowRunAsync(options.Run, Stop));
        return ExitCode.Success;
    }

    /// <summary>Submits, and stays until the run is prepared, so that what is wrong with its data is said here.</summary>
    private async Task<ExitCode> StartAsync(RunStartOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var submission = await client.StartRunAsync(options.Request, options.Key, Stop);
        context.Screen.Line(
            submission.IsNew ? $"run {submission.Run} is accepted" : $"run {submission.Run} was submitted before under this key"
        );
        var status = await PreparedAsync(client, submission.Run);
        if (status.Phase == TrainingPhase.Failed && status.TotalSteps is null)
            throw new RunFailedException($"run {status.Run} cannot begin: {status.Detail}");
        context.Screen.Line($"  'actorcolorize run watch {submission.Run}' shows its progress");
        context.Screen.Json(
            new
            {
                Run = submission.Run.Value,
                submission.IsNew,
                status.Phase,
                status.TotalSteps,
                Folder = status.RunFolder,
            }
        );
        return ExitCode.Success;
    }

    private async Task<TrainingReports.RunStatus> PreparedAsync(ColorizeClient client, RunId run)
    {
        var said = string.Empty;
        await foreach (var updates in client.WatchRunAsync(run, cancellation: Stop))
        {
            if (updates.Status.Phase != TrainingPhase.Preparing)
                return updates.Status;
            if (updates.Status.Doing is not { } doing || doing == said)
                continue;
            context.Screen.Line($"  {doing}");
            said = doing;
        }

        return await client.ShowRunAsync(run, Stop);
    }

    private async Task<ExitCode> WatchAsync(RunOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        TrainingReports.RunStatus end;
        await using (var display = TrainingDisplay.For(context.Screen, context.Time))
            end = await new RemoteRunWatch(client, display, context.Time).UntilItIsOverAsync(options.Run, Stop);
        Show(end);
        return end.Phase == TrainingPhase.Completed
            ? ExitCode.Success
            : throw new RunFailedException($"run {end.Run}: {RunReport.Word(end.Phase)} at step {end.Step}: {end.Detail}");
    }

    private async Task<ExitCode> ListAsync(RunListOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var shown = 0;
        await foreach (var run in client.ListRunsAsync(Stop))
        {
            if (shown++ == options.Limit)
                break;
            context.Screen.Line(RunReport.Text(run, context.Time.GetLocalNow()));
            context.Screen.Json(RunReport.Json(run));
        }

        if (shown == 0)
            context.Screen.Line("no runs");
        return ExitCode.Success;
    }

    private async Task<ExitCode> CheckpointsAsync(RunOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var checkpoints = await client.CheckpointsAsync(options.Run, Stop);
        foreach (var checkpoint in checkpoints)
        {
            context.Screen.Line(RunReport.Text(checkpoint, context.Time.GetLocalNow()));
            context.Screen.Json(RunReport.Json(checkpoint));
        }

        if (checkpoints.Count == 0)
            context.Screen.Line("no checkpoints yet");
        return ExitCode.Success;
    }

    private async Task<ExitCode> PromoteAsync(RunPromoteOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var model = await client.PromoteAsync(options.Run, options.Model, options.Checkpoint, Stop);
        context.Screen.Line(RunReport.Text(model, context.Time.GetLocalNow()));
        context.Screen.Line(
            $"  'actorcolorize job submit IN --out OUT --model {model.Name}' colours with it from now on; jobs under way keep the model that they have"
        );
        context.Screen.Json(RunReport.Json(model));
        return ExitCode.Success;
    }

    private async Task<ExitCode> ModelsAsync(ModelListOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var models = await client.ModelsAsync(Stop);
        foreach (var model in models)
        {
            context.Screen.Line(RunReport.Text(model, context.Time.GetLocalNow()));
            context.Screen.Json(RunReport.Json(model));
        }

        if (models.Count == 0)
            context.Screen.Line("no models with names");
        return ExitCode.Success;
    }

    private async Task<ExitCode> TellAsync(RunOptions options, Func<ColorizeClient, Task<TrainingPhase>> command)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var phase = await command(client);
        context.Screen.Line($"run {options.Run}: {RunReport.Word(phase)}");
        context.Screen.Json(new { Run = options.Run.Value, Phase = phase });
        return ExitCode.Success;
    }

    private void Show(TrainingReports.RunStatus status)
    {
        foreach (var line in RunReport.Text(status, context.Time.GetLocalNow()))
            context.Screen.Line(line);
        context.Screen.Json(RunReport.Json(status));
    }
}
