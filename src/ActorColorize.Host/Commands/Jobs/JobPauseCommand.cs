using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>The options of <c>job pause</c>.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Reason">The reason shown to other users.</param>
/// <param name="Duration">The maximum length of the pause; null: until the job is resumed.</param>
internal sealed record JobPauseOptions(JobId Job, string Reason, TimeSpan? Duration);

/// <summary><c>job pause</c>.</summary>
internal sealed class JobPauseCommand(CommandContext context)
    : OneJobCommand<JobPauseOptions>(context, "pause", "Pause a job; pictures in progress are finished.")
{
    public readonly Option<string> Reason = OptionValues.Path("--reason", "TEXT", "Reason shown to other users, on one line");
    public readonly Option<double?> For = OptionValues.Number(
        "--for",
        "SECONDS",
        "Maximum length of the pause [default: until the job is resumed]",
        1.0,
        1e8
    );

    /// <inheritdoc/>
    protected override JobPauseOptions BindOptions(ParseResult parsed) =>
        new(
            JobOf(parsed),
            parsed.GetValue(Reason) ?? string.Empty,
            parsed.GetValue(For) is { } seconds ? TimeSpan.FromSeconds(seconds) : null
        );

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobPauseOptions options) =>
        Show(options.Job, await client.Jobs.PauseAsync(options.Job, options.Reason, options.Duration, Stop));
}
