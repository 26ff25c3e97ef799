using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>The options of <c>job retry</c>.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Quarantined">Also retry quarantined pictures.</param>
internal sealed record JobRetryOptions(JobId Job, bool Quarantined);

/// <summary><c>job retry</c>: retries failed pictures.</summary>
internal sealed class JobRetryCommand(CommandContext context)
    : OneJobCommand<JobRetryOptions>(context, "retry", "Try a job's failed pictures again.")
{
    public readonly Option<bool> Quarantined = OptionValues.Switch(
        "--quarantined",
        "Also pictures that were quarantined because they crashed a worker"
    );

    /// <inheritdoc/>
    protected override JobRetryOptions BindOptions(ParseResult parsed) => new(JobOf(parsed), parsed.GetValue(Quarantined));

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobRetryOptions options)
    {
        var retry = await client.Jobs.RetryAsync(options.Job, options.Quarantined, Stop);
        var left = retry.Left > 0 ? $", {Quantities.Count(retry.Left)} quarantined (use --quarantined to retry them too)" : string.Empty;
        Screen.Line($"job {options.Job}: {Quantities.Count(retry.TakenUp, "picture")} will be retried{left}");
        Screen.Json(
            new
            {
                Job = options.Job.Value,
                retry.TakenUp,
                retry.Left,
            }
        );
        return ExitCode.Success;
    }
}
