using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary>What <c>run start</c> was asked to do.</summary>
/// <param name="Request">What is to be trained; paths are absolute.</param>
/// <param name="Key">The user's name for the piece of work; null for none.</param>
internal sealed record RunStartOptions(TrainingRequest Request, string? Key);

/// <summary><c>run start</c>: <c>train</c>, as far as it is not the daemon's affair.</summary>
internal sealed class RunStartCommand(CommandContext context)
    : DaemonCommand<RunStartOptions>(
        context,
        "start",
        "Have a network trained by a daemon, on its device; runs train one after the other. When this returns, the run is on "
            + "the daemon's disk, prepared, and will be trained. Paths are those of the daemon's machine.",
        "--daemon-data",
        new("run start --data photos --out runs/first --preset quarter --steps 5000", "prints the run's id"),
        new("run start --data photos --out runs/first --key spring --json", "for a script: sent twice, it is the same run")
    )
{
    public readonly Option<string> Data = OptionValues.Path(
        "--data",
        "FOLDER",
        "Training pictures, as the daemon's machine sees them: a MiniPlaces kit, or any folder of colour pictures",
        required: true
    );
    public readonly Option<string> Out = OptionValues.Path(
        "--out",
        "FOLDER",
        "Run folder: metrics, panels and checkpoints; an interrupted run goes on in it",
        required: true
    );
    public readonly RunConfigurationOptions Configuration = new();
    public readonly Option<string> From = OptionValues.Path("--from", "CHECKPOINT", "A checkpoint folder of another run to begin from");
    public readonly Option<string> Precision = OptionValues.OneOfOrNone(
        "--precision",
        "Arithmetic of the convolutions [default: what is faster on the daemon's device]",
        ["fp32", "bf16"]
    );
    public readonly Option<string> Recovery = RunConfigurationOptions.Recovery();
    public readonly Option<string> RunName = OptionValues.Path("--name", "TEXT", "What people call the run [default: the folder's name]");
    public readonly Option<string> Key = OptionValues.Path(
        "--key",
        "TEXT",
        "Your own name for this piece of work: submitting it again gives the same run"
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

    /// <summary>Submits, and stays until the run is prepared, so that what is wrong with its data is said here.</summary>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunStartOptions options)
    {
        var submission = await client.StartRunAsync(options.Request, options.Key, Stop);
        Screen.Line(submission.IsNew ? $"run {submission.Run} is accepted" : $"run {submission.Run} was submitted before under this key");
        var status = await PreparedAsync(client, submission.Run);
        if (status.Phase == TrainingPhase.Failed && status.TotalSteps is null)
            throw new RunFailedException($"run {status.Run} cannot begin: {status.Detail}");
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
        await foreach (var updates in client.WatchRunAsync(run, cancellation: Stop))
        {
            if (updates.Status.Phase != TrainingPhase.Preparing)
                return updates.Status;
            if (updates.Status.Doing is not { } doing || doing == said)
                continue;
            Screen.Line($"  {doing}");
            said = doing;
        }

        return await client.ShowRunAsync(run, Stop);
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path);
}
