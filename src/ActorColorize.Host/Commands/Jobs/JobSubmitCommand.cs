using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>What <c>job submit</c> was asked to do.</summary>
/// <param name="Request">What is to be coloured; paths are absolute.</param>
/// <param name="Key">The user's name for it; null for none.</param>
/// <param name="Priority">How urgent.</param>
internal sealed record JobSubmitOptions(JobRequest Request, string? Key, JobPriority Priority);

/// <summary><c>job submit</c>: hands a picture or a folder of them to a daemon.</summary>
internal sealed class JobSubmitCommand(CommandContext context)
    : DaemonCommand<JobSubmitOptions>(
        context,
        "submit",
        "Have a picture or a folder coloured. When this returns, the job is on the daemon's disk and will be done.",
        examples:
        [
            new("job submit old-photos --out coloured", "with the starter model"),
            new(
                "job submit scans --out coloured --model runs/first --key scans-2026 --json",
                "for a script: sent twice, it is the same job"
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

    public readonly Argument<string> Input = new("IN") { Description = "A picture or a folder of them, as the daemon's machine sees it" };
    public readonly Option<string> Out = OptionValues.Path(
        "--out",
        "FOLDER",
        "Folder for the results; for a folder of pictures, one outside it",
        required: true
    );
    public readonly Option<string> Model = OptionValues.Path(
        "--model",
        "MODEL",
        "Name of a daemon's model (see model list), a .safetensors or .pth file, a checkpoint folder or a run folder "
            + "[default: the daemon's starter model]"
    );
    public readonly Option<string> Key = OptionValues.Path(
        "--key",
        "TEXT",
        "Your own name for this piece of work: submitting it again gives the same job"
    );
    public readonly Option<string> Priority = OptionValues.OneOf("--priority", "How urgent", "normal", [.. Priorities.Keys]);
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
        var submission = await client.SubmitAsync(options.Request, options.Key, options.Priority, Stop);
        Screen.Line(submission.IsNew ? $"job {submission.Job} is accepted" : $"job {submission.Job} was submitted before under this key");
        Screen.Line($"  'actorcolorize job watch {submission.Job}' shows its progress");
        Screen.Json(new { Job = submission.Job.Value, submission.IsNew });
        return ExitCode.Success;
    }

    /// <summary>
    /// What could be a name is one, unless there is a file or folder called so, or it ends like a model file; everything else is a path.
    /// </summary>
    private static string? ModelOf(string? given) =>
        given is null
        || (ModelName.IsOne(given) && !Path.Exists(given) && Path.GetExtension(given) is not (".safetensors" or ".pth" or ".pt"))
            ? given
            : Path.GetFullPath(given);
}
