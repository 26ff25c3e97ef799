using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job</c>: what a daemon is asked to colour.</summary>
internal sealed class JobCommand : CommandWithExamples
{
    /// <summary>Builds the command with its sub-commands.</summary>
    public JobCommand(CommandContext context)
        : base(
            "job",
            "Have archives coloured by a daemon (see serve): submit, watch, list, pause, resume, cancel, retry.",
            new("job submit old-photos --out coloured", "prints the job's id; the daemon does the rest, whoever logs out"),
            new("job watch 20260101-120000-abcdef", "progress until the job is over; Ctrl-C leaves the job alone"),
            new("job errors 20260101-120000-abcdef", "which pictures are not coloured, and why")
        )
    {
        Subcommands.Add(new JobSubmitCommand(context));
        Subcommands.Add(new JobWatchCommand(context));
        Subcommands.Add(new JobShowCommand(context));
        Subcommands.Add(new JobListCommand(context));
        Subcommands.Add(new JobErrorsCommand(context));
        Subcommands.Add(new JobPauseCommand(context));
        Subcommands.Add(new JobResumeCommand(context));
        Subcommands.Add(new JobCancelCommand(context));
        Subcommands.Add(new JobRetryCommand(context));
    }
}
