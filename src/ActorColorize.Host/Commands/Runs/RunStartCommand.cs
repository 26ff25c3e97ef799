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
        new("run start --data photos --run runs/first --preset quarter --steps 5000", "prints the run's id"),
        new("run start --data photos --run runs/first --key spring --json", "for a script: submitting it twice creates one run")
    )
{
    public readonly Option<string[]> Data = OptionValues.TrainingData();
    public readonly Option<double[]?> Shares = OptionValues.DataShares();
    public readonly Option<string> Run = OptionValues.RunFolder().Formerly("--out");
    public readonly RunConfigurationOptions Configuration = new();
    public readonly Option<string> Resume = OptionValues.Resume().Formerly("--from");
    public readonly Option<string> InitialWeights = OptionValues.InitialWeights();
    public readonly Option<string> Precision = OptionValues.Precision();
    public readonly Option<string> Recovery = RunConfigurationOptions.Recovery();
    public readonly Option<string> RunName = OptionValues.Path("--name", "TEXT", "Display name of the run [default: the folder's name]");
    public readonly Option<string> Key = OptionValues.Path(
        "--key",
        "TEXT",
        "Idempotency key of your choice: submitting it again returns the same run"
    );

    /// <inheritdoc/>
    protected override RunStartOptions BindOptions(ParseResult parsed)
    {
        var folders = parsed.GetRequiredValue(Data).Select(Path.GetFullPath).ToArray();
        var resume = ResumeChoice.Parse(parsed.GetValue(Resume) ?? "auto");
        return new(
            new TrainingRequest(
                folders[0],
                Path.GetFullPath(parsed.GetRequiredValue(Run)),
                parsed.GetValue(RunName),
                parsed.GetValue(Configuration.Preset),
                Absolute(parsed.GetValue(Configuration.Config)),
                parsed.GetValue(Configuration.Profile),
                parsed.GetValue(Configuration.Steps),
                parsed.GetValue(Configuration.Batch),
                parsed.GetValue(Configuration.Seed),
                Absolute(resume.Checkpoint),
                parsed.GetRequiredValue(Precision) is var precision and not "auto" ? precision : null,
                parsed.GetValue(Recovery),
                folders[1..],
                parsed.GetValue(Shares),
                Absolute(parsed.GetValue(InitialWeights)),
                resume.Mode == ResumeMode.Never
            ),
            parsed.GetValue(Key)
        );
    }

    /// <summary>Submits the run and waits until it is prepared, so that errors in its data are reported by this command.</summary>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunStartOptions options)
    {
        var submission = await client.Runs.StartAsync(options.Request, options.Key, Stop);
        Screen.Line(submission.IsNew ? $"run {submission.Run} accepted" : $"run {submission.Run} was already submitted with this key");
        var status = await PreparedAsync(client, submission.Run);
        if (status.Phase == TrainingPhase.Failed && status.TotalSteps is null)
            throw new UserException(CodeOf(status.Cause), $"run {status.Run} cannot start: {status.Detail}");
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

    /// <summary>The exit code that <c>train</c> has for the same mistake.</summary>
    private static ExitCode CodeOf(RefusalCause? cause) =>
        cause switch
        {
            RefusalCause.Request => ExitCode.Usage,
            RefusalCause.Input => ExitCode.Input,
            RefusalCause.Output => ExitCode.Output,
            _ => ExitCode.RunFailed,
        };

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
