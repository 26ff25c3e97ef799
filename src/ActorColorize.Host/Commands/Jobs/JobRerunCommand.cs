using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>The options of <c>job rerun</c>.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Settings">What is different this time.</param>
/// <param name="Key">The idempotency key chosen by the user, or null.</param>
internal sealed record JobRerunOptions(JobId Job, RerunSettings Settings, string? Key);

/// <summary><c>job rerun</c>: colours rejected pictures again.</summary>
internal sealed class JobRerunCommand(CommandContext context)
    : OneJobCommand<JobRerunOptions>(
        context,
        "rerun",
        "Colour the rejected pictures of a job again with other settings, as a new job. Its results replace the rejected ones.",
        new Example("job rerun 20260101-120000-abcdef --saturation 0.8", "everything else as in that job")
    )
{
    public readonly Option<string> Model = OptionValues.Path(
        "--model",
        "MODEL",
        "Name of a daemon's model, or a model file or folder; temperature, rebalance and saturation are then as it recommends "
            + "[default: the job's model]"
    );
    public readonly Option<double?> Strength = OptionValues.Number(
        "--strength",
        "0..1",
        "Amount of colour [default: as in the job]",
        0.0,
        1.0
    );
    public readonly Option<double?> Saturation = OptionValues.Saturation();
    public readonly Option<double?> Temperature = OptionValues.Temperature();
    public readonly Option<double?> Rebalance = OptionValues.Rebalance();
    public readonly Option<string> Key = OptionValues.Path(
        "--key",
        "TEXT",
        "Idempotency key of your choice: submitting it again returns the same job"
    );

    /// <inheritdoc/>
    protected override JobRerunOptions BindOptions(ParseResult parsed) =>
        new(
            JobOf(parsed),
            new RerunSettings(
                JobSubmitCommand.ModelOf(parsed.GetValue(Model)),
                parsed.GetValue(Temperature),
                parsed.GetValue(Rebalance),
                parsed.GetValue(Strength),
                parsed.GetValue(Saturation)
            ),
            parsed.GetValue(Key)
        );

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobRerunOptions options)
    {
        var submission = await client.Jobs.RerunRejectedAsync(options.Job, options.Settings, options.Key, Stop);
        Screen.Line(submission.IsNew ? $"job {submission.Job} accepted" : $"job {submission.Job} was already submitted with this key");
        Screen.Line($"  'actorcolorize job watch {submission.Job}' shows its progress");
        Screen.Json(new { Job = submission.Job.Value, submission.IsNew });
        return ExitCode.Success;
    }
}
