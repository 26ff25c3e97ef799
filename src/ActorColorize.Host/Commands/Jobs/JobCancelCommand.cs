using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job cancel</c>.</summary>
internal sealed class JobCancelCommand(CommandContext context)
    : OneJobCommand(context, "cancel", "Cancel a job. Pictures in progress are finished; finished pictures are kept.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobId options) =>
        Show(options, await client.Jobs.CancelAsync(options, Stop));
}
