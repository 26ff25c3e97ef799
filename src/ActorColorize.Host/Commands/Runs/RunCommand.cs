using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Commands.Runs;

/// <summary><c>run</c>: a run's folder is looked at, and a daemon is asked to train.</summary>
internal sealed class RunCommand : CommandWithExamples
{
    /// <summary>Builds the command with its sub-commands.</summary>
    public RunCommand(CommandContext context)
        : base(
            "run",
            "Look at training runs, and have a daemon train (see serve): start, watch, list, pause, resume, stop, promote.",
            new("run show runs/first", "where a run stands, and what went wrong on the way"),
            new("run start --data photos --out runs/first --steps 5000", "a daemon trains; prints the run's id"),
            new("run watch 20260101-120000-abcdef", "progress until the run is over; Ctrl-C leaves the run alone"),
            new("run promote 20260101-120000-abcdef --as landscapes", "its best checkpoint is the model 'landscapes' for jobs from now on")
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
