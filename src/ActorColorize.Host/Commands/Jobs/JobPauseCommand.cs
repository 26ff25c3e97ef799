using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>What <c>job pause</c> was asked to do.</summary>
/// <param name="Job">Which job.</param>
/// <param name="Reason">One line for the others.</param>
/// <param name="Duration">How long at most; null: until somebody resumes.</param>
internal sealed record JobPauseOptions(JobId Job, string Reason, TimeSpan? Duration);

/// <summary><c>job pause</c>.</summary>
internal sealed class JobPauseCommand(CommandContext context)
    : OneJobCommand<JobPauseOptions>(context, "pause", "Pause a job; pictures under way are finished.")
{
    public readonly Option<string> Reason = OptionValues.Path("--reason", "TEXT", "One line for the others");
    public readonly Option<double?> For = OptionValues.Number(
        "--for",
        "SECONDS",
        "How long at most [default: until somebody resumes]",
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
        Show(options.Job, await client.PauseAsync(options.Job, options.Reason, options.Duration, Stop));
}
