using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job delete</c>: deletes an ended job.</summary>
internal sealed class JobDeleteCommand(CommandContext context)
    : OneJobCommand(
        context,
        "delete",
        "Delete an ended job from the daemon: its pictures' outcomes and its history. Results in the output folder stay."
    )
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobId options)
    {
        await client.Jobs.DeleteAsync(options, Stop);
        Screen.Line($"job {options}: deleted");
        Screen.Json(new { Job = options.Value, Deleted = true });
        return ExitCode.Success;
    }
}
