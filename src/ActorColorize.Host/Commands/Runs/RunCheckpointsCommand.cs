using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary><c>run checkpoints</c>: the checkpoints of a daemon's run.</summary>
internal sealed class RunCheckpointsCommand(CommandContext context)
    : OneRunCommand(context, "checkpoints", "List a run's checkpoints, oldest first.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunId options)
    {
        var checkpoints = await client.Runs.CheckpointsAsync(options, Stop);
        foreach (var checkpoint in checkpoints)
        {
            Screen.Line(RunReport.Text(checkpoint, Time.GetLocalNow()));
            Screen.Json(RunReport.Json(checkpoint));
        }

        if (checkpoints.Count == 0)
            Screen.Line("no checkpoints yet");
        return ExitCode.Success;
    }
}
