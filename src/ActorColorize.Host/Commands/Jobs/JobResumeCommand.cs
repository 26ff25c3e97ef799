using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job resume</c>.</summary>
internal sealed class JobResumeCommand(CommandContext context) : OneJobCommand(context, "resume", "Resume a paused job.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobId options) =>
        Show(options, await client.Jobs.ResumeAsync(options, Stop));
}
