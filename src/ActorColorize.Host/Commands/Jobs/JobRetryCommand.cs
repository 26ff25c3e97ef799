using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>What <c>job retry</c> was asked to do.</summary>
/// <param name="Job">Which job.</param>
/// <param name="Quarantined">Also quarantined pictures.</param>
internal sealed record JobRetryOptions(JobId Job, bool Quarantined);

/// <summary><c>job retry</c>: takes up failed pictures again.</summary>
internal sealed class JobRetryCommand(CommandContext context)
    : OneJobCommand<JobRetryOptions>(context, "retry", "Try a job's failed pictures again.")
{
    public readonly Option<bool> Quarantined = OptionValues.Switch(
        "--quarantined",
        "Also those that were given up because workers died of them"
    );

    /// <inheritdoc/>
    protected override JobRetryOptions BindOptions(ParseResult parsed) => new(JobOf(parsed), parsed.GetValue(Quarantined));

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobRetryOptions options)
    {
        var retry = await client.RetryAsync(options.Job, options.Quarantined, Stop);
        var left = retry.Left > 0 ? $", {Quantities.Count(retry.Left)} left (--quarantined takes them too)" : string.Empty;
        Screen.Line($"job {options.Job}: {Quantities.Count(retry.TakenUp, "picture")} taken up again{left}");
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
