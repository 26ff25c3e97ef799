using ActorColorize.Actors.Device;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Accepts jobs, grants their pictures to workers, and completes the jobs. Every decision is made by pure classes (<see cref="JobState"/>,
/// <see cref="JobLedger"/>, <see cref="JobCommandRules"/>, <see cref="WorkScheduler"/>); this actor executes it in the only order that
/// survives a crash:
/// <code>
///  command ──▶ facts ──▶ journal ──▶ answer            what was decided about a job
///                 └───▶ state ──┐
///  settlement, grant, walk ─────┴─▶ changes ──▶ store ──▶ answers, grants, events      what became of its pictures
/// </code>
/// One commit is in progress at a time (<see cref="CommitPipeline"/>). No message is sent before everything that it depends on is on disk.
/// Only the start visits all jobs; after that, only jobs that have changed are visited. The journal is ahead of the store, never behind: at
/// start the store is read, and the facts that it lacks are applied again.
/// </summary>
public sealed class JobCoordinator : ReceivePersistentActor, IWithTimers
{
    private const int FactsBetweenDeletions = 200;

    private readonly JobCoordinatorSettings _settings;
    private readonly JobClock _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly OpenJobs _jobs = new();
    private readonly WorkScheduler _scheduler;
    private readonly CommitPipeline _commits;
    private readonly JobLifecycle _lifecycle;
    private readonly WorkHandler _work;
    private readonly JobQueryHandler _queries;
    private readonly JobCommandHandler _commands;
    private readonly JournalTail _tail = new();
    private readonly IActorRef _reader;
    private long _deletedUpTo;

    /// <summary>Creates a coordinator that recovers from its journal and store.</summary>
    public JobCoordinator(JobCoordinatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        var self = Self;
        var store = Start("store", Props.Create(() => new JobStoreActor(settings.OpenStore, self)));
        _reader = Start("reader", Props.Create(() => new JobReaderActor(settings.OpenStore)));
        var manifests = Start(
            "manifests",
            Props.Create(() => new ManifestWriter(settings.Files, settings.OpenStore, settings.ScratchFolder))
        );
        var blockerChecks = Context.ActorOf(
            Props.Create(() => new BlockerMonitor(settings.Files, settings.FirstCheck, new IoWatch(settings.CheckDeadline))),
            "blockers"
        );

        _clock = new JobClock(settings.Clock);
        _scheduler = new WorkScheduler(settings.Leasing);
        _commits = new CommitPipeline(store);
        _lifecycle = new JobLifecycle(Context, settings, _jobs, _scheduler, _commits, _clock, _log)
        {
            Manifests = manifests,
            BlockerChecks = blockerChecks,
            Walks = new IoWatch(settings.WalkDeadline),
        };
        _work = new WorkHandler(_scheduler, new WorkerConnections(Context, _log), _commits, settings.Leasing.LeaseFor, _clock, _log);
        _queries = new JobQueryHandler(_jobs, _scheduler, _commits, _reader, _clock);
        _commands = new JobCommandHandler(_jobs, _lifecycle, _commits, _reader, blockerChecks, settings.Clock, _log)
        {
            Decide = Decide,
            Manifests = manifests,
        };

        store.Tell(JobStoreCommands.Prepare.Instance);
        Recover<JobEvents.IJobFact>(fact => _tail.Add(LastSequenceNr, fact));
        Recover<RecoveryCompleted>(_ => store.Tell(new JobStoreCommands.Open(_tail.Jobs)));
        BecomeStarting();

        static IActorRef Start(string name, Props props) => Context.ActorOf(props.WithDispatcher(Dispatchers.Jobs), name);
    }

    /// <inheritdoc/>
    public override string PersistenceId => "job-coordinator";

    /// <summary>There are no snapshots: the store serves as one.</summary>
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        var trouble = $"the journal cannot be written: {cause.Message}";
        Context.System.EventStream.Publish(new JobStoreTrouble(trouble));
        _commands.JournalFailed(trouble);
        base.OnPersistFailure(cause, @event, sequenceNr); // and stops; the supervisor starts it again later
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        Context.System.EventStream.Publish(new JobStoreTrouble($"the journal cannot be read: {reason.Message}"));
        base.OnRecoveryFailure(reason, message);
    }

    private void BecomeStarting()
    {
        Command<JobStoreEvents.Opened>(Open);
        Command<JobStoreEvents.Stalled>(stalled =>
        {
            Stall(stalled);
            Stash.UnstashAll(); // clients get the reason
        });
        Command<JobStoreEvents.Lost>(Resign);
        Command<JobCommands.IJobCommand>(
            _ => _commits.StalledBy is not null,
            command => JobCommandHandler.Refuse(command, _commits.StalledBy!, Sender)
        );
        Command<JobQueries.IJobQuery>(
            _ => _commits.StalledBy is not null,
            _ => Sender.Tell(new JobReports.NotReadable(_commits.StalledBy!))
        );
        CommandAny(_ => Stash.Stash());
    }

    /// <summary>The store is open: its jobs are brought up to the end of the journal, and normal operation begins.</summary>
    private void Open(JobStoreEvents.Opened opened)
    {
        _commits.StalledBy = null;
        foreach (var loaded in opened.Jobs)
            _lifecycle.Add(_lifecycle.ToEntry(loaded));
        foreach (var (sequence, fact) in _tail.TakeMissing(opened.Jobs))
            _lifecycle.Apply(fact, sequence);
        foreach (var over in _jobs.All.Where(entry => entry.State.IsOver && !entry.Ledger.HasChanges).ToList())
            _jobs.Remove(over);
        _log.Info("{0} jobs are unfinished", _jobs.Count);
        Become(Ready);
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, _settings.Tick);
        Timers.StartPeriodicTimer(CleanUp.Instance, CleanUp.Instance, _settings.CleanUpEvery / 10, _settings.CleanUpEvery);
        var all = _jobs.All.ToList();
        if (!_settings.GoesOnWithUnfinished)
        {
            foreach (var entry in all)
                Decide(entry, entry.State.RequestCancel(new ClientId("a later run")));
        }

        foreach (var entry in all)
            _lifecycle.Reconcile(entry);
        Stash.UnstashAll();
        Flush();
        foreach (var entry in all)
            AdvanceWhenOnDisk(entry);
    }

    private void Ready()
    {
        // Clients
        Command<JobCommands.IJobCommand>(command => ThenFlush(() => _commands.Handle(command, Sender)));
        Command<JobQueries.Show>(query => _queries.Answer(query, Sender));
        Command<JobQueries.List>(query => _queries.Answer(query, Sender));
        Command<JobQueries.Errors>(query => _queries.Answer(query, Sender));
        Command<JobQueries.Items>(query => _queries.Answer(query, Sender));
        Command<JobQueries.Reviews>(query => _queries.Answer(query, Sender));
        Command<JobQueries.UsersOfModel>(query => _queries.Answer(query, Sender));
        Command<JobQueries.Workers>(_ => _queries.AnswerWorkers(Sender));
        Command<JobQueries.EventsAfter>(query => _queries.Answer(query, Sender));
        Command<JobReaderAnswers.Found>(Found);
        Command<JobReaderAnswers.NotFound>(NotFound);

        // Workers
        Command<WorkCommands.RequestWork>(command => ThenFlush(() => _work.Handle(command, Sender)));
        Command<WorkCommands.RenewLeases>(command => ThenFlush(() => _work.Handle(command, Sender)));
        Command<WorkCommands.SettleItems>(command => ThenFlush(() => _work.Handle(command, Sender)));
        Command<WorkCommands.Release>(command =>
        {
            if (_work.Handle(command))
                Decide(command.Lease.Job, entry => _lifecycle.Released(entry, command));
            Flush();
        });
        Command<WorkCommands.ReleaseAllWork>(command => ThenFlush(() => _work.Handle(command)));
        Command<Terminated>(terminated => ThenFlush(() => _work.Handle(terminated)));

        // Archives, manifests, blockers
        Command<ScanEvents.Found>(Found);
        Command<ScanEvents.Failed>(failed =>
        {
            if (_lifecycle.WalkedBy(Sender, failed.Job) is { } entry)
                Decide(entry, _lifecycle.WalkFailed(entry, failed));
        });
        Command<ManifestEvents.Finalized>(finalized => Decide(finalized.Job, _lifecycle.Finalized));
        Command<ManifestEvents.NotFinalized>(failed => Decide(failed.Job, entry => _lifecycle.NotFinalized(entry, failed.Reason)));
        Command<ManifestEvents.NotWritten>(failed =>
            Decide(failed.Job, entry => _lifecycle.Blocked(entry, JobFailure.Output, failed.Reason))
        );
        Command<BlockerEvents.Checked>(Checked);

        // The store, the clock
        Command<JobStoreEvents.Committed>(Committed);
        Command<JobStoreEvents.Stalled>(Stall);
        Command<JobStoreEvents.Lost>(Resign);
        Command<Tick>(_ => OnTick());
        Command<CleanUp>(_ =>
            _reader.Tell(new JobReaderQueries.EndedBefore(_clock.Now - _settings.KeepDetailsFor, _clock.Now - _settings.KeepPassingFor))
        );
        Command<JobReaderAnswers.JobsEnded>(ended => Forget(ended.Jobs));
        Command<JobReports.NotReadable>(_ => { }); // expired jobs are deleted another time
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failure => _log.Info("old journal records could not be deleted yet: {0}", failure.Cause.Message));
    }

    // Decisions: facts, then the journal, then the state, then what depends on it.

    /// <summary>Journals facts, applies them, then runs the continuation. No other message is received meanwhile.</summary>
    private void Decide(JobId job, IReadOnlyList<JobEvents.IJobFact> facts, Action? then)
    {
        if (facts.Count == 0)
        {
            then?.Invoke();
            return;
        }

        var left = facts.Count;
        PersistAll(facts, fact =>
        {
            foreach (var affected in _lifecycle.Apply(fact, LastSequenceNr))
                _lifecycle.Reconcile(affected);
            if (--left > 0)
                return;
            if (_jobs.Find(job) is { } entry)
                _lifecycle.Reconcile(entry);
            then?.Invoke();
            Flush();
        });
    }

    private void Decide(JobEntry entry, IReadOnlyList<JobEvents.IJobFact> facts) => Decide(entry.Job, facts, then: null);

    private void Decide(JobId job, Func<JobEntry, IReadOnlyList<JobEvents.IJobFact>> decision)
    {
        if (_jobs.Find(job) is { } entry)
            Decide(entry, decision(entry));
    }

    // Results of pictures: grants, then the store, then whatever was waiting for it.

    private void ThenFlush(Action action)
    {
        action();
        Flush();
    }

    /// <summary>Grants all work that can be granted, and sends all changes to the store unless a commit is in progress.</summary>
    private void Flush()
    {
        if (_commits.StalledBy is null)
            Grant();
        _commits.Flush();
    }

    private void Grant()
    {
        foreach (var fatal in _scheduler.TakeFatalJobs())
        {
            var reason = $"{_settings.Leasing.DeathsInARow} devices in a row died on this job: {fatal.LastDeath}";
            Decide(fatal.State.Job, entry => _lifecycle.Blocked(entry, JobFailure.Device, reason));
        }

        foreach (var job in _work.Grant())
            Decide(job, entry => entry.State.Start(_clock.Now));
    }

    private void Committed(JobStoreEvents.Committed committed)
    {
        if (_commits.Complete(committed) is not { } commit)
            return;
        if (_commits.StalledBy is not null)
            _log.Info("the job database can be written again");
        _commits.StalledBy = null;
        foreach (var page in committed.Pages)
            _jobs.Find(page.Job)?.Ledger.Supply(page.Pass, page.Items, page.UpTo);
        foreach (var progress in commit.Changes.OfType<StoreChange.ProgressSaved>())
        {
            if (_jobs.Find(progress.Job) is not { } entry)
                continue;
            entry.Rate.Add(_clock.Elapsed, progress.Progress.Counts.Settled - entry.Committed.Counts.Settled);
            entry.Committed = progress.Progress;
        }

        _lifecycle.AddToManifests(commit.Changes.OfType<StoreChange.ItemSettled>());
        DeleteJournalUpTo(commit.Changes.OfType<StoreChange.JobSaved>().Select(saved => saved.JournalSequence).DefaultIfEmpty().Max());
        foreach (var entry in commit.Jobs)
        {
            Advance(entry);
            _queries.AnswerWaiters(entry.Job);
        }

        Flush();
    }

    private void AdvanceWhenOnDisk(JobEntry entry)
    {
        if (_commits.IsBusy)
            _commits.Join(entry);
        else
            Advance(entry);
    }

    /// <summary>The next step of a job, if everything that it depends on is on disk.</summary>
    private void Advance(JobEntry entry)
    {
        if (entry.Ledger.HasChanges)
            return; // with the commit that has them
        if (entry.State.IsOver)
            _jobs.Remove(entry);
        else
            Decide(entry, _lifecycle.Advance(entry));
    }

    private void DeleteJournalUpTo(long sequence)
    {
        if (sequence - _deletedUpTo < FactsBetweenDeletions)
            return;
        _deletedUpTo = sequence;
        DeleteMessages(sequence); // the store has the facts
    }

    private void OnTick()
    {
        _scheduler.ExpireLeases(_clock.Now, _clock.Elapsed);
        foreach (var entry in _jobs.WithExpiredPause(_clock.Now))
            Decide(entry, entry.State.ExpirePauses(_clock.Now));
        _queries.AnswerExpiredWaiters();
        Flush();
    }

    private void Forget(IReadOnlyList<JobId> jobs)
    {
        const int rowsAtATime = 5000;
        var over = jobs.Where(job => !_jobs.Contains(job) && _jobs.RerunsOf(job) is null).ToList();
        if (_commits.StalledBy is null && over.Count > 0 && !_commits.IsBusy)
            _commits.Send(new StoreChange.DetailsForgotten(over, rowsAtATime));
    }

    // Clients

    private void Found(JobReaderAnswers.Found found)
    {
        if (found.Query.About is JobCommands.IJobCommand command)
            _commands.Handle(command, found.Job, found.Query.ReplyTo);
        else if (found.Query.About is JobQueries.Show show)
            JobQueryHandler.Answer(show, found.Job, found.Query.ReplyTo);
        Flush();
    }

    private void NotFound(JobReaderAnswers.NotFound answer)
    {
        if (answer.Query.About is JobCommands.IJobCommand command)
            JobCommandHandler.Refuse(command, answer.Reason, answer.Query.ReplyTo);
        else
            answer.Query.ReplyTo.Tell(new JobReports.NotReadable(answer.Reason));
    }

    // Archives, blockers

    private void Found(ScanEvents.Found found)
    {
        if (_lifecycle.WalkedBy(Sender, found.Job) is not { } entry)
            return;
        _lifecycle.Found(entry, found);
        Flush();
        AdvanceWhenOnDisk(entry);
    }

    private void Checked(BlockerEvents.Checked check)
    {
        if (_jobs.Find(check.Job) is not { } entry)
            return;
        if (check.Problem is { } trouble && check.About is WorkCommands.Release)
            Decide(entry, _lifecycle.Blocked(entry, check.What, trouble));
        if (check.Problem is not null || check.About is not null)
            return; // it persists, or it is the worker's own: the job is not offered to that worker for some time
        Decide(entry, _lifecycle.Cleared(entry, check.What));
        AdvanceWhenOnDisk(entry);
        _lifecycle.Reconcile(entry);
        Flush();
    }

    // Problems with the store

    private void Stall(JobStoreEvents.Stalled stalled)
    {
        if (_commits.StalledBy is null)
            _log.Warning("jobs are stalled: {0}", stalled.Reason);
        _commits.StalledBy = stalled.Reason;
        Context.System.EventStream.Publish(new JobStoreTrouble(stalled.Reason));
    }

    /// <summary>
    /// Stops when the store can no longer be written. If another coordinator has become the leader, this one waits first: most likely its
    /// node is about to be notified, and taking leadership back would only make the two alternate.
    /// </summary>
    private void Resign(JobStoreEvents.Lost lost)
    {
        _log.Error("this coordinator is no longer the leader: {0}", lost.Reason);
        if (lost.Fault == JobStoreFault.Broken)
            Context.System.EventStream.Publish(new JobStoreTrouble(lost.Reason));
        Become(() =>
        {
            Command<LeadershipLost>(_ => Context.Stop(Self));
            CommandAny(_ => { });
        });
        Timers.CancelAll();
        Timers.StartSingleTimer(
            LeadershipLost.Instance,
            LeadershipLost.Instance,
            lost.Fault == JobStoreFault.Fenced ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1)
        );
    }

    private sealed class LeadershipLost
    {
        internal static readonly LeadershipLost Instance = new();
    }

    private sealed class Tick
    {
        internal static readonly Tick Instance = new();
    }

    private sealed class CleanUp
    {
        internal static readonly CleanUp Instance = new();
    }
}
