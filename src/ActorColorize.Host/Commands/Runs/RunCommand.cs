using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Commands.Runs;

/// <summary><c>run</c>: shows runs and controls the runs of a daemon.</summary>
internal sealed class RunCommand : CommandWithExamples
{
    /// <summary>Builds the command with its sub-commands.</summary>
    public RunCommand(CommandContext context)
        : base(
            "run",
            "Show training runs, and train with a daemon (see serve): start, watch, list, pause, resume, stop, promote.",
            new("run show runs/first", "a run's progress and faults"),
            new("run start --data photos --out runs/first --steps 5000", "train with a daemon; prints the run's id"),
            new("run watch 20260101-120000-abcdef", "progress until the run has ended; Ctrl-C does not stop the run"),
            new("run promote 20260101-120000-abcdef --as landscapes", "publish its best checkpoint as the model 'landscapes' for new jobs")
        )
    {
        Subcommands.Add(new RunShowCommand(context));
        Subcommands.Add(new RunStartCommand(context));
        Subcommands.Add(new RunWatchCommand(context));
        Subcommands.Add(new RunListCommand(context));
        Subcommands.Add(new RunPauseCommand(context));
        Subcommands.Add(new RunResumeCommand(context));
        Subcommands.Add(new RunStopCommand(context));
        Subcommands.Add(new RunCheckpointsCommand(context));
        Subcommands.Add(new RunPromoteCommand(context));
    }
}
