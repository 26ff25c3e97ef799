using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary>The options of <c>run start</c>.</summary>
/// <param name="Request">The request; paths are absolute.</param>
/// <param name="Key">The idempotency key chosen by the user, or null.</param>
internal sealed record RunStartOptions(TrainingRequest Request, string? Key);

/// <summary><c>run start</c>: submits a training run to a daemon.</summary>
internal sealed class RunStartCommand(CommandContext context)
    : DaemonCommand<RunStartOptions>(
        context,
        "start",
        "Train a network with a daemon. Runs of a device train one after the other. When the command returns, the daemon has "
            + "stored and prepared the run and will train it. Paths are paths on the daemon's machine.",
        "--daemon-data",
        new("run start --data photos --out runs/first --preset quarter --steps 5000", "prints the run's id"),
        new("run start --data photos --out runs/first --key spring --json", "for a script: submitting it twice creates one run")
    )
{
    public readonly Option<string> Data = OptionValues.Path(
        "--data",
        "FOLDER",
        "Training pictures on the daemon's machine: a MiniPlaces kit, or any folder of colour pictures",
        required: true
    );
    public readonly Option<string> Out = OptionValues.Path(
        "--out",
        "FOLDER",
        "Run folder for metrics, panels and checkpoints; an interrupted run is resumed from it",
        required: true
    );
    public readonly RunConfigurationOptions Configuration = new();
    public readonly Option<string> From = OptionValues.Path("--from", "CHECKPOINT", "Checkpoint folder of another run to start from");
    public readonly Option<string> Precision = OptionValues.OneOfOrNone(
        "--precision",
        "Arithmetic of the convolutions [default: the faster on the daemon's device]",
        ["fp32", "bf16"]
    );
    public readonly Option<string> Recovery = RunConfigurationOptions.Recovery();
    public readonly Option<string> RunName = OptionValues.Path("--name", "TEXT", "Display name of the run [default: the folder's name]");
    public readonly Option<string> Key = OptionValues.Path(
        "--key",
        "TEXT",
        "Idempotency key of your choice: submitting it again returns the same run"
    );

    /// <inheritdoc/>
    protected override RunStartOptions BindOptions(ParseResult parsed) =>
        new(
            new TrainingRequest(
                Path.GetFullPath(parsed.GetRequiredValue(Data)),
                Path.GetFullPath(parsed.GetRequiredValue(Out)),
                parsed.GetValue(RunName),
                parsed.GetValue(Configuration.Preset),
                Absolute(parsed.GetValue(Configuration.Config)),
                parsed.GetValue(Configuration.Profile),
                parsed.GetValue(Configuration.Steps),
                parsed.GetValue(Configuration.Batch),
                parsed.GetValue(Configuration.Seed),
                Absolute(parsed.GetValue(From)),
                parsed.GetValue(Precision),
                parsed.GetValue(Recovery)
            ),
            parsed.GetValue(Key)
        );

    /// <summary>Submits the run and waits until it is prepared, so that errors in its data are reported by this command.</summary>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunStartOptions options)
    {
        var submission = await client.Runs.StartAsync(options.Request, options.Key, Stop);
        Screen.Line(submission.IsNew ? $"run {submission.Run} accepted" : $"run {submission.Run} was already submitted with this key");
        var status = await PreparedAsync(client, submission.Run);
        if (status.Phase == TrainingPhase.Failed && status.TotalSteps is null)
            throw new RunFailedException($"run {status.Run} cannot start: {status.Detail}");
        Screen.Line($"  'actorcolorize run watch {submission.Run}' shows its progress");
        Screen.Json(
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
        await foreach (var updates in client.Runs.WatchAsync(run, cancellation: Stop))
        {
            if (updates.Status.Phase != TrainingPhase.Preparing)
                return updates.Status;
            if (updates.Status.Doing is not { } doing || doing == said)
                continue;
            Screen.Line($"  {doing}");
            said = doing;
        }

        return await client.Runs.ShowAsync(run, Stop);
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);
}
