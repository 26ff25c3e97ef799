using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary><c>run stop</c>.</summary>
internal sealed class RunStopCommand(CommandContext context) : OneRunCommand(context, "stop", "Save and stop a run; it can be resumed.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunId options) =>
        Show(options, await client.Runs.StopAsync(options, Stop));
}
