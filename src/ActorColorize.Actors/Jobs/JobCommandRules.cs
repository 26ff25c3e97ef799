using System.Text;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>Decides client commands to a job: facts and an answer, or a refusal. Pure.</summary>
internal static class JobCommandRules
{
    private const int LongestPath = 4096;

    /// <summary>What is wrong with a submission, in one line; null if it is valid.</summary>
    internal static string? Problem(JobCommands.Submit command) =>
        command.Specification switch
        {
            _ when command.Key.Length is 0 or > 200 => "a job's key must have 1 to 200 characters",
            _ when command.Client.Value.Length is 0 or > 200 => "a client's name must have 1 to 200 characters",
            { } job when !Path.IsPathFullyQualified(job.InputRoot) => $"the archive's path {job.InputRoot} is not absolute",
            { } job when !Path.IsPathFullyQualified(job.OutputRoot) => $"the output folder's path {job.OutputRoot} is not absolute",
            { } job when !Path.IsPathFullyQualified(job.ModelPath) => $"the model's path {job.ModelPath} is not absolute",
            { } job
                when new[] { job.InputRoot, job.OutputRoot, job.ModelPath, job.SinglePicture ?? "" }.Any(path =>
                    Encoding.UTF8.GetByteCount(path) > LongestPath
                ) => $"a path is longer than {LongestPath} bytes",
            _ => null,
        };

    /// <summary>The answer to a submission whose key belongs to a known job.</summary>
    internal static JobAnswers.IJobAnswer SubmittedBefore(JobCommands.Submit command, JobState known) =>
        known.Specification == command.Specification
            ? new JobAnswers.Submitted(command.Command, known.Job, IsNew: false)
            : new JobAnswers.Refused(
                command.Command,
                JobRefusal.KeyInUse,
                $"the key {command.Key} belongs to job {known.Job}, which has another specification"
            );

    /// <summary>The answer to a submission whose output folder is above or below that of an open job.</summary>
    internal static JobAnswers.Refused Overlaps(JobCommands.Submit command, JobState other) =>
        new(
            command.Command,
            JobRefusal.Invalid,
            $"the output folder {command.Specification.OutputRoot} is above or below {other.Specification.OutputRoot}, into which job "
                + $"{other.Job} writes; choose another one, or wait for its end"
        );

    /// <summary>Decides about any other command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="job">The job that it is for.</param>
    /// <param name="counts">The job's pictures in terminal states.</param>
    /// <param name="now">The time of day.</param>
    internal static CommandDecision Decide(JobCommands.IJobCommand command, JobState job, JobCounts counts, DateTimeOffset now) =>
        command switch
        {
            JobCommands.Pause pause when job.MayPause => Acknowledge(command, job.Pause(pause, now)),
            JobCommands.Pause => Refuse(command, job, "paused"),
            JobCommands.Resume when !job.IsOver => Acknowledge(command, job.Resume(command.Client)),
            JobCommands.Resume => Refuse(command, job, "resumed"),
            JobCommands.Cancel when job.MayCancel => Acknowledge(command, job.RequestCancel(command.Client)),
            JobCommands.Cancel when job is { Cancel: not null, IsOver: false } or { Phase: JobPhase.Cancelled } => Acknowledge(command, []),
            JobCommands.Cancel => Refuse(command, job, "cancelled"),
            JobCommands.SetPriority priority when !job.IsOver => Acknowledge(command, job.SetPriority(priority.Priority)),
            JobCommands.SetPriority => Refuse(command, job, "given another priority"),
            JobCommands.RetryFailed retry when job.MayRetry => Retry(retry, job, counts),
            JobCommands.RetryFailed => Refuse(command, job, "retried"),
            JobCommands.Delete => Refuse(command, job, "deleted"),
            _ => throw new ArgumentException($"{command.GetType().Name} is not a command to a job", nameof(command)),
        };

    private static CommandDecision Acknowledge(JobCommands.IJobCommand command, IReadOnlyList<JobEvents.IJobFact> facts) =>
        new(facts, job => new JobAnswers.Acknowledged(command.Command, job.Job, job.Phase), IsRefused: false);

    private static CommandDecision Retry(JobCommands.RetryFailed command, JobState job, JobCounts counts)
    {
        var facts = job.Retry(command.Quarantined, counts);
        var retried = facts.OfType<JobEvents.FailedRetried>().SingleOrDefault();
        var answer = new JobAnswers.Retried(command.Command, job.Job, retried?.TakenUp ?? 0, retried?.Left ?? counts.Unfinished);
        return new CommandDecision(facts, _ => answer, IsRefused: false);
    }

    private static CommandDecision Refuse(JobCommands.IJobCommand command, JobState job, string action)
    {
        var refused = new JobAnswers.Refused(
            command.Command,
            JobRefusal.NotInThisPhase,
            $"job {job.Job} cannot be {action}: it is {Name(job.Phase)}"
                + (command is JobCommands.Delete ? $"; cancel it first ('actorcolorize job cancel {job.Job}')" : string.Empty)
        );
        return new CommandDecision([], _ => refused, IsRefused: true);
    }

    private static string Name(JobPhase phase) =>
        phase switch
        {
            JobPhase.CompletedWithErrors => "completed with errors",
            _ => phase.ToString().ToLowerInvariant(),
        };
}

/// <summary>The decision on a command.</summary>
/// <param name="Facts">The facts to journal first; may be empty.</param>
/// <param name="Answer">The answer, given the job with these facts.</param>
/// <param name="IsRefused">Whether the command is refused: the answer does not wait for anything to be written.</param>
internal sealed record CommandDecision(
    IReadOnlyList<JobEvents.IJobFact> Facts,
    Func<JobState, JobAnswers.IJobAnswer> Answer,
    bool IsRefused
);
