using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary><c>run pause</c>.</summary>
internal sealed class RunPauseCommand(CommandContext context)
    : OneRunCommand(context, "pause", "Pause a run: save it and free the device until it is resumed.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunId options) =>
        Show(options, await client.Runs.PauseAsync(options, Stop));
}
