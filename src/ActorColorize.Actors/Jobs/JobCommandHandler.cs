using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs;

/// <summary>Executes the commands of clients; a command that is sent again gets the same answer and changes nothing.</summary>
/// <param name="jobs">The open jobs.</param>
/// <param name="lifecycle">Adds an ended job again.</param>
/// <param name="commits">The changes that wait for the store.</param>
/// <param name="reader">Reads the jobs that are not in memory.</param>
/// <param name="blockerChecks">Checks whether blockers are cleared.</param>
/// <param name="time">Tells the time.</param>
/// <param name="log">The coordinator's log.</param>
internal sealed class JobCommandHandler(
    OpenJobs jobs,
    JobLifecycle lifecycle,
    CommitPipeline commits,
    IActorRef reader,
    IActorRef blockerChecks,
    TimeProvider time,
    ILoggingAdapter log
)
{
    private readonly CommandMemory _answered = new();
    private (CommandId Command, IActorRef Client)? _accepting;

    /// <summary>Journals facts about a job, applies them, then runs the continuation.</summary>
    internal required Action<JobId, IReadOnlyList<JobEvents.IJobFact>, Action?> Decide { get; init; }

    /// <summary>Writes the manifests.</summary>
    internal required IActorRef Manifests { get; init; }

    internal void Handle(JobCommands.IJobCommand command, IActorRef client)
    {
        if (_answered.AnswerTo(command.Command) is { } answer)
            client.Tell(answer);
        else if (commits.StalledBy is { } reason)
            Answer(client, new JobAnswers.Refused(command.Command, JobRefusal.Unavailable, reason));
        else if (command is JobCommands.Submit submit)
            Submit(submit, client);
        else if (jobs.Find(((IWithJobId)command).Job) is { } entry)
            Execute(command, entry, client);
        else
            reader.Tell(new JobReaderQueries.Find(((IWithJobId)command).Job, default, "", command, client));
    }

    /// <summary>The reader has looked up the job of a command.</summary>
    internal void Handle(JobCommands.IJobCommand command, LoadedJob? found, IActorRef client)
    {
        if (command is JobCommands.Submit submit)
        {
            // The job may have been accepted in the meantime
            if ((jobs.Find(submit.Client, submit.Key)?.State ?? found?.Stored.State) is { } known)
                Answer(client, JobCommandRules.SubmittedBefore(submit, known));
            else if (jobs.Around(submit.Specification.OutputRoot) is { } other)
                Answer(client, JobCommandRules.Overlaps(submit, other.State));
            else
                Accept(submit, client);
        }
        else if (found is not null)
        {
            Execute(command, jobs.Find(found.Stored.State.Job) ?? lifecycle.ToEntry(found), client);
        }
        else
        {
            var reason = $"there is no job {((IWithJobId)command).Job}";
            Answer(client, new JobAnswers.Refused(command.Command, JobRefusal.UnknownJob, reason));
        }
    }

    /// <summary>The command cannot be executed now; the client may send it again.</summary>
    internal static void Refuse(JobCommands.IJobCommand command, string reason, IActorRef client) =>
        client.Tell(new JobAnswers.Refused(command.Command, JobRefusal.Unavailable, reason));

    /// <summary>
    /// The journal has failed: the client that waits for its job to be accepted is notified. It may safely send the command again, whether
    /// the job was written or not.
    /// </summary>
    internal void JournalFailed(string trouble)
    {
        if (_accepting is var (command, client))
            client.Tell(new JobAnswers.Refused(command, JobRefusal.Unavailable, trouble));
    }

    private void Submit(JobCommands.Submit command, IActorRef client)
    {
        if (JobCommandRules.Problem(command) is { } problem)
            Answer(client, new JobAnswers.Refused(command.Command, JobRefusal.Invalid, problem));
        else if (jobs.Find(command.Client, command.Key) is { } entry)
            Answer(client, JobCommandRules.SubmittedBefore(command, entry.State));
        else
            reader.Tell(new JobReaderQueries.Find(null, command.Client, command.Key, command, client));
    }

    private void Accept(JobCommands.Submit command, IActorRef client)
    {
        var (job, work) = (JobId.New(time), command.Specification);
        _accepting = (command.Command, client);
        Decide(job, [new JobEvents.Submitted(job, command.Client, command.Key, command.Priority, work, time.GetUtcNow())], () =>
        {
            _accepting = null;
            log.Info("job {0} is accepted from {1}: {2} in {3}", job, command.Client, work.InputRoot, work.OutputRoot);
            AnswerWhenOnDisk(client, new JobAnswers.Submitted(command.Command, job, IsNew: true));
        });
    }

    private void Execute(JobCommands.IJobCommand command, JobEntry entry, IActorRef client)
    {
        if (command is JobCommands.Review review)
        {
            Review(review, entry, client);
            return;
        }

        if (command is JobCommands.Delete && entry.State.IsOver)
        {
            Delete(command, entry, client);
            return;
        }

        var decision = JobCommandRules.Decide(command, entry.State, entry.Ledger.Counts, time.GetUtcNow());
        if (decision.IsRefused)
        {
            Answer(client, decision.Answer(entry.State));
            return;
        }

        if (command is JobCommands.Resume)
            blockerChecks.Tell(new BlockerCommands.CheckNow(entry.Job));
        if (decision.Facts.Count > 0 && !jobs.Contains(entry.Job))
            lifecycle.Add(entry); // it had ended
        Decide(entry.Job, decision.Facts, () => AnswerWhenOnDisk(client, decision.Answer(entry.State)));
    }

    /// <summary>
    /// Records a review in the store, then in the manifest, which answers the client. A crash between the two leaves the client without an
    /// answer; it sends the command again, which repeats both.
    /// </summary>
    private void Review(JobCommands.Review command, JobEntry entry, IActorRef client)
    {
        if (command.Items.Count is 0 or > JobCommands.MostReviewed)
        {
            var reason = $"a review is of 1 to {JobCommands.MostReviewed} pictures, not {command.Items.Count}";
            Answer(client, new JobAnswers.Refused(command.Command, JobRefusal.Invalid, reason));
            return;
        }

        commits.Add(new StoreChange.ItemsReviewed(entry.Job, command.Items, command.Decision));
        commits.SendWhenOnDisk(Manifests, new ManifestCommands.Review(command, entry.State.Specification, client));
    }

    /// <summary>
    /// Deletes an ended job from the store. Its facts may still be in the journal; a job that the store lacks although its end was
    /// journalled is not restored (<see cref="JournalTail"/>).
    /// </summary>
    private void Delete(JobCommands.IJobCommand command, JobEntry entry, IActorRef client)
    {
        if (jobs.Contains(entry.Job))
        {
            // Its last changes are being written; the client asks again
            Refuse(command, $"job {entry.Job} has just ended and is being stored", client);
            return;
        }

        if (jobs.RerunsOf(entry.Job) is { } rerun)
        {
            var reason = $"job {rerun} colours the rejected pictures of job {entry.Job} again and has not found them yet";
            client.Tell(new JobAnswers.Refused(command.Command, JobRefusal.NotInThisPhase, reason));
            return;
        }

        commits.Add(new StoreChange.JobDeleted(entry.Job));
        log.Info("job {0} is deleted by {1}", entry.Job, command.Client);
        AnswerWhenOnDisk(client, new JobAnswers.Deleted(command.Command, entry.Job));
    }

    /// <summary>
    /// The journal has it already. The answer waits until the store has it too, so that a client that gets the answer finds the job in
    /// every list.
    /// </summary>
    private void AnswerWhenOnDisk(IActorRef client, JobAnswers.IJobAnswer answer)
    {
        _answered.Keep(answer);
        commits.SendWhenOnDisk(client, answer);
    }

    private void Answer(IActorRef client, JobAnswers.IJobAnswer answer)
    {
        _answered.Keep(answer);
        client.Tell(answer);
    }
}
