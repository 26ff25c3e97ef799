using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job watch</c>: shows a job's progress until it has ended.</summary>
internal sealed class JobWatchCommand(CommandContext context)
    : OneJobCommand(
        context,
        "watch",
        "Show a job's progress until it has ended. Exit code 0: completed; 3: completed with errors; 7: failed or cancelled; 130: Ctrl-C, "
            + "the job goes on."
    )
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobId options)
    {
        StopOnlyEndsThis($"job {options} goes on; 'actorcolorize job watch {options}' shows it again");
        JobReports.JobStatus end;
        await using (var display = ColorizeDisplay.For(Screen, Time))
            end = await new RemoteJobWatch(client, display, Screen).UntilItIsOverAsync(options, Stop);
        Screen.Json(JobReport.Json(end));
        return end.Phase switch
        {
            JobPhase.Completed => ExitCode.Success,
            JobPhase.CompletedWithErrors => ExitCode.CompletedWithErrors,
            _ => throw new RunFailedException(
                $"job {end.Job} {(end.Phase == JobPhase.Cancelled ? "was cancelled" : "failed")}: {end.Detail}"
            ),
        };
    }
}
