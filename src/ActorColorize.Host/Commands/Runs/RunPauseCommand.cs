using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary><c>run pause</c>.</summary>
internal sealed class RunPauseCommand(CommandContext context)
    : OneRunCommand(context, "pause", "Have a run saved and taken off the device until somebody resumes it.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunId options) =>
        Show(options, await client.PauseRunAsync(options, Stop));
}
