using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary><c>run resume</c>.</summary>
internal sealed class RunResumeCommand(CommandContext context)
    : OneRunCommand(context, "resume", "Resume a paused, stopped or failed run from its newest checkpoint.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunId options) =>
        Show(options, await client.Runs.ResumeAsync(options, Stop));
}
