using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job</c>: the colouring jobs of a daemon.</summary>
internal sealed class JobCommand : CommandWithExamples
{
    /// <summary>Builds the command with its sub-commands.</summary>
    public JobCommand(CommandContext context)
        : base(
            "job",
            "Colour archives with a daemon (see serve): submit, watch, list, pause, resume, cancel, retry, review, rerun, delete.",
            new("job submit old-photos --out coloured", "prints the job's id; the daemon runs the job in the background"),
            new("job watch 20260101-120000-abcdef", "progress until the job has ended; Ctrl-C does not stop the job"),
            new("job errors 20260101-120000-abcdef", "the pictures that failed, and why")
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
        Subcommands.Add(new JobReviewCommand(context));
        Subcommands.Add(new JobRerunCommand(context));
        Subcommands.Add(new JobDeleteCommand(context));
    }
}
