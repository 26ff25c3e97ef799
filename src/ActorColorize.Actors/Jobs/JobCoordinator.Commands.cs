using System.Text;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs;

/// <summary>What clients ask of the coordinator.</summary>
public sealed partial class JobCoordinator
{
    private const int LongestPath = 4096;

    private void ReceiveCommands()
    {
        Command<JobCommands.IJobCommand>(command =>
        {
            if (_answered.AnswerTo(command.Command) is { } answer)
                Sender.Tell(answer);
            else if (_stalled is { } reason)
                Answer(Sender, new JobAnswers.Refused(command.Command, JobRefusal.Unavailable, reason));
            else if (command is JobCommands.Submit submit)
                Submit(submit, Sender);
            else if (_jobs.TryGetValue(((IWithJobId)command).Job, out var entry))
                Carry(command, entry, Sender);
            else
                _reader.Tell(new JobReaderQueries.Find(((IWithJobId)command).Job, default, "", command, Sender));
        });
        Command<JobReaderAnswers.Found>(Found);
        Command<JobReaderAnswers.NotFound>(answer =>
        {
            if (answer.Query.About is JobCommands.IJobCommand command)
                Answer(answer.Query.ReplyTo, new JobAnswers.Refused(command.Command, JobRefusal.Unavailable, answer.Reason));
            else
                answer.Query.ReplyTo.Tell(new JobReports.NotReadable(answer.Reason));
        });
    }

    private void Submit(JobCommands.Submit command, IActorRef client)
    {
        if (Invalid(command) is { } problem)
            Answer(client, new JobAnswers.Refused(command.Command, JobRefusal.Invalid, problem));
        else if (Submitted(command) is { } entry)
            AnswerSubmitted(command, entry.State, client);
        else
            _reader.Tell(new JobReaderQueries.Find(null, command.Client, command.Key, command, client));
    }

    private JobEntry? Submitted(JobCommands.Submit command) =>
        _jobs.Values.FirstOrDefault(entry => entry.State.Origin.Client == command.Client && entry.State.Origin.Key == command.Key);

    private static string? Invalid(JobCommands.Submit command) =>
        command.Specification switch
        {
            _ when command.Key.Length is 0 or > 200 => "a job's key has 1 to 200 characters",
            _ when command.Client.Value.Length is 0 or > 200 => "a client's name has 1 to 200 characters",
            { } job when !Path.IsPathFullyQualified(job.InputRoot) => $"the archive's path {job.InputRoot} is not absolute",
            { } job when !Path.IsPathFullyQualified(job.OutputRoot) => $"the output folder's path {job.OutputRoot} is not absolute",
            { } job when !Path.IsPathFullyQualified(job.ModelPath) => $"the model's path {job.ModelPath} is not absolute",
            { } job
                when new[] { job.InputRoot, job.OutputRoot, job.ModelPath, job.SinglePicture ?? "" }.Any(path =>
                    Encoding.UTF8.GetByteCount(path) > LongestPath
                ) => $"a path is longer than {LongestPath} bytes",
            _ => null,
        };

    private void AnswerSubmitted(JobCommands.Submit command, JobState known, IActorRef client) =>
        Answer(
            client,
            known.Specification == command.Specification
                ? new JobAnswers.Submitted(command.Command, known.Job, IsNew: false)
                : new JobAnswers.Refused(
                    command.Command,
                    JobRefusal.KeyInUse,
                    $"the key {command.Key} is that of job {known.Job}, which does something else"
                )
        );

    private void Found(JobReaderAnswers.Found found)
    {
        var client = found.Query.ReplyTo;
        switch (found.Query.About)
        {
            case JobCommands.Submit submit when Submitted(submit) is { } entry:
                AnswerSubmitted(submit, entry.State, client);
                break; // accepted meanwhile
            case JobCommands.Submit submit when found.Job is { } known:
                AnswerSubmitted(submit, known.Stored.State, client);
                break;
            case JobCommands.Submit submit:
                Accept(submit, client);
                break;
            case JobCommands.IJobCommand command when found.Job is { } known:
                Carry(command, _jobs.GetValueOrDefault(known.Stored.State.Job) ?? ToEntry(known), client);
                break;
            case JobCommands.IJobCommand command:
                Answer(
                    client,
                    new JobAnswers.Refused(command.Command, JobRefusal.UnknownJob, $"there is no job {((IWithJobId)command).Job}")
                );
                break;
            case JobQueries.Show show:
                client.Tell(found.Job is { } job ? StatusOf(job) : new JobReports.NoSuchJob(show.Job));
                break;
        }
    }

    private void Accept(JobCommands.Submit command, IActorRef client)
    {
        var submitted = new JobEvents.Submitted(
            JobId.New(_settings.Clock),
            command.Client,
            command.Key,
            command.Priority,
            command.Specification,
            Now
        );
        _accepting = (command.Command, client);
        Persist(submitted, fact =>
        {
            _accepting = null;
            Accept(fact, LastSequenceNr);
            _log.Info(
                "job {0} is accepted from {1}: {2} in {3}",
                fact.Job,
                fact.Client,
                fact.Specification.InputRoot,
                fact.Specification.OutputRoot
            );
            Reconcile(_jobs[fact.Job]);
            AnswerWhenOnDisk(client, new JobAnswers.Submitted(command.Command, fact.Job, IsNew: true));
            Flush();
        });
    }

    private void Carry(JobCommands.IJobCommand command, JobEntry entry, IActorRef client)
    {
        void Acknowledge() => AnswerWhenOnDisk(client, new JobAnswers.Acknowledged(command.Command, entry.Job, entry.State.Phase));
        void Refuse(string action) =>
            Answer(
                client,
                new JobAnswers.Refused(
                    command.Command,
                    JobRefusal.NotInThisPhase,
                    $"job {entry.Job} cannot be {action}: it is {Name(entry.State.Phase)}"
                )
            );
        switch (command)
        {
            case JobCommands.Pause pause when entry.State.MayPause:
                Decide(entry, entry.State.Pause(pause, Now), Acknowledge);
                break;
            case JobCommands.Pause:
                Refuse("paused");
                break;
            case JobCommands.Resume when !entry.State.IsOver:
                _blockers.Tell(new BlockerCommands.LookNow(entry.Job));
                Decide(entry, entry.State.Resume(command.Client), Acknowledge);
                break;
            case JobCommands.Resume:
                Refuse("resumed");
                break;
            case JobCommands.Cancel when entry.State.MayCancel:
                Decide(entry, entry.State.RequestCancel(command.Client), Acknowledge);
                break;
            case JobCommands.Cancel when entry.State.Phase is JobPhase.Cancelling or JobPhase.Cancelled:
                Acknowledge();
                break;
            case JobCommands.Cancel:
                Refuse("cancelled");
                break;
            case JobCommands.SetPriority priority when !entry.State.IsOver:
                Decide(entry, entry.State.SetPriority(priority.Priority), Acknowledge);
                break;
            case JobCommands.SetPriority:
                Refuse("given another priority");
                break;
            case JobCommands.RetryFailed retry when entry.State.MayRetry:
                var facts = entry.State.Retry(retry.Quarantined, entry.Ledger.Counts);
                var retried = facts.OfType<JobEvents.FailedRetried>().SingleOrDefault();
                if (retried is not null)
                    _jobs[entry.Job] = entry;
                var left = retried?.Left ?? entry.Ledger.Counts.Unfinished;
                Decide(entry, facts, () =>
                    AnswerWhenOnDisk(client, new JobAnswers.Retried(command.Command, entry.Job, retried?.TakenUp ?? 0, left))
                );
                break;
            case JobCommands.RetryFailed:
                Refuse("taken up again");
                break;
        }

        Flush();
    }

    /// <summary>The journal has it already; the store shall have it too, so that whoever gets the answer finds it in every list.</summary>
    private void AnswerWhenOnDisk(IActorRef client, JobAnswers.IJobAnswer answer)
    {
        _answered.Keep(answer);
        _afterCommit.Add((client, answer));
    }

    private void Answer(IActorRef client, JobAnswers.IJobAnswer answer)
    {
        _answered.Keep(answer);
        client.Tell(answer);
    }

    private static string Name(JobPhase phase) =>
        phase switch
        {
            JobPhase.CompletedWithErrors => "completed with errors",
            _ => phase.ToString().ToLowerInvariant(),
        };
}
