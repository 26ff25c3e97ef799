using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job cancel</c>.</summary>
internal sealed class JobCancelCommand(CommandContext context)
    : OneJobCommand(context, "cancel", "End a job early; pictures under way are finished, what is done stays.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobId options) =>
        Show(options, await client.CancelAsync(options, Stop));
}
