using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job errors</c>: the pictures that failed.</summary>
internal sealed class JobErrorsCommand(CommandContext context)
    : OneJobCommand(context, "errors", "List the pictures of a job that failed, each with its reason.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobId options)
    {
        var none = true;
        await foreach (var error in client.Jobs.ErrorsAsync(options, Stop))
        {
            none = false;
            var reason = JobReport.Reason(error.Outcome) ?? string.Empty;
            Screen.Line($"{PrintableName.Of(error.RelativePath)}: {reason} (tried {Quantities.Count(error.Attempts, "time")})");
            Screen.Json(
                new
                {
                    Item = error.RelativePath,
                    Reason = reason,
                    Class = (error.Outcome as ItemOutcome.Failed)?.Class,
                    Quarantined = error.Outcome is ItemOutcome.Quarantined,
                    error.Attempts,
                }
            );
        }

        if (none)
            Screen.Line($"no picture of job {options} has failed");
        return ExitCode.Success;
    }
}
