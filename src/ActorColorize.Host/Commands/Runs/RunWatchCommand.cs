using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Runs;

/// <summary><c>run watch</c>: shows a run's progress until it has ended.</summary>
internal sealed class RunWatchCommand(CommandContext context)
    : OneRunCommand(
        context,
        "watch",
        "Show a run's progress until it has ended. Exit code 0: completed; 7: stopped or failed; 130: Ctrl-C, the run goes on."
    )
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, RunId options)
    {
        StopOnlyEndsThis($"run {options} goes on; 'actorcolorize run watch {options}' shows it again");
        TrainingReports.RunStatus end;
        await using (var display = TrainingDisplay.For(Screen, Time))
            end = await new RemoteRunWatch(client, display, Time).UntilItIsOverAsync(options, Stop);
        RunReport.Show(Screen, end, Time.GetLocalNow());
        return end.Phase == TrainingPhase.Completed
            ? ExitCode.Success
            : throw new RunFailedException($"run {end.Run}: {RunReport.Word(end.Phase)} at step {end.Step}: {end.Detail}");
    }
}
