using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>The options of <c>job submit</c>.</summary>
/// <param name="Request">The request; paths are absolute.</param>
/// <param name="Key">The idempotency key chosen by the user, or null.</param>
/// <param name="Priority">The job's priority.</param>
internal sealed record JobSubmitOptions(JobRequest Request, string? Key, JobPriority Priority);

/// <summary><c>job submit</c>: submits a picture or a folder of pictures to a daemon.</summary>
internal sealed class JobSubmitCommand(CommandContext context)
    : DaemonCommand<JobSubmitOptions>(
        context,
        "submit",
        "Submit a picture or a folder to be coloured. When the command returns, the daemon has stored the job and will run it.",
        examples:
        [
            new("job submit old-photos --out coloured", "with the default model"),
            new(
                "job submit scans --out coloured --model runs/first --key scans-2026 --json",
                "for a script: submitting it twice creates one job"
            ),
        ]
    )
{
    private static readonly Dictionary<string, JobPriority> Priorities = new(StringComparer.Ordinal)
    {
        ["lowest"] = JobPriority.Lowest,
        ["low"] = JobPriority.Low,
        ["normal"] = JobPriority.Normal,
        ["high"] = JobPriority.High,
        ["highest"] = JobPriority.Highest,
    };

    public readonly Argument<string> Input = new("IN")
    {
        Description = "A picture or a folder of pictures; a path on the daemon's machine",
    };
    public readonly Option<string> Out = OptionValues.Path(
        "--out",
        "FOLDER",
        "Folder for the results; it must be outside an input folder",
        required: true
    );
    public readonly Option<string> Model = OptionValues.Path(
        "--model",
        "MODEL",
        "Name of a daemon's model (see model list), a .safetensors or .pth file, a checkpoint folder or a run folder "
            + "[default: the places model]"
    );
    public readonly Option<string> Key = OptionValues.Path(
        "--key",
        "TEXT",
        "Idempotency key of your choice: submitting it again returns the same job"
    );
    public readonly Option<string> Priority = OptionValues.OneOf("--priority", "Priority of the job", "normal", [.. Priorities.Keys]);
    public readonly ColoringOptions Coloring = new();
    public readonly Option<int?> Batch = OptionValues.Number("--batch", "N", "Pictures per forward pass [default: the daemon's]", 1, 1024);

    /// <inheritdoc/>
    protected override JobSubmitOptions BindOptions(ParseResult parsed) =>
        new(
            Coloring.Request(
                parsed,
                Path.GetFullPath(parsed.GetRequiredValue(Input)),
                Path.GetFullPath(parsed.GetRequiredValue(Out)),
                ModelOf(parsed.GetValue(Model)),
                parsed.GetValue(Batch)
            ),
            parsed.GetValue(Key),
            Priorities[parsed.GetRequiredValue(Priority)]
        );

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobSubmitOptions options)
    {
        var submission = await client.Jobs.SubmitAsync(options.Request, options.Key, options.Priority, Stop);
        Screen.Line(submission.IsNew ? $"job {submission.Job} accepted" : $"job {submission.Job} was already submitted with this key");
        Screen.Line($"  'actorcolorize job watch {submission.Job}' shows its progress");
        Screen.Json(new { Job = submission.Job.Value, submission.IsNew });
        return ExitCode.Success;
    }

    /// <summary>
    /// A valid model name is treated as a name unless a file or folder of that name exists or it has a model file's extension; anything
    /// else is a path.
    /// </summary>
    internal static string? ModelOf(string? given) =>
        given is null
        || (ModelName.IsOne(given) && !Path.Exists(given) && Path.GetExtension(given) is not (".safetensors" or ".pth" or ".pt"))
            ? given
            : Path.GetFullPath(given);
}
