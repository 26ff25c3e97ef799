using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Accepts jobs, grants their pictures to workers, and completes them to their end. Every decision is made by pure classes (<see
/// cref="JobState"/>, <see cref="JobLedger"/>,
/// <see cref="WorkScheduler"/>); this actor carries it out in the one order that survives a crash:
/// <code>
///  command ──▶ facts ──▶ journal ──▶ answer            what was decided about a job
///                 └───▶ state ──┐
///  settlement, grant, walk ─────┴─▶ changes ──▶ store ──▶ answers, grants, events      what became of its pictures
/// </code>
/// One commit is on its way at a time, and everything that is decided meanwhile goes into the next: the busier, the larger the commits.
/// Nothing leaves before what it rests on is on disk.
/// The journal is ahead of the store, never behind: at start the store is read, and the facts that it does not have yet are applied again.
/// </summary>
public sealed partial class JobCoordinator : ReceivePersistentActor, IWithTimers
{
    private const int PageOfPending = 512;
    private const int FactsBetweenDeletions = 200;

    private readonly JobCoordinatorSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly WorkScheduler _scheduler;
    private readonly Dictionary<JobId, JobEntry> _jobs = [];
    private readonly List<(long Sequence, JobEvents.IJobFact Fact)> _tail = [];
    private readonly Dictionary<WorkerId, IActorRef> _workers = [];
    private readonly EventWaiters _waiters = new();
    private readonly CommandMemory _answered = new();
    private readonly long _started;
    private readonly IActorRef _store;
    private readonly IActorRef _reader;
    private readonly IActorRef _manifests;
    private readonly IActorRef _blockers;
    private List<(IActorRef To, object Message)> _afterCommit = [];
    private (long Number, IReadOnlyList<StoreChange> Changes, List<(IActorRef To, object Message)> After)? _committing;
    private long _lastCommit;
    private long _deletedUpTo;
    private string? _stalled;
    private (CommandId Command, IActorRef Client)? _accepting;

    /// <summary>A coordinator that takes up what is in its journal and store.</summary>
    public JobCoordinator(JobCoordinatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _started = settings.Clock.GetTimestamp();
        _scheduler = new WorkScheduler(settings.Leasing);
        var self = Self;
        _store = Context.ActorOf(
            Props.Create(() => new JobStoreActor(settings.OpenStore, self)).WithDispatcher(JobPersistence.Dispatcher),
            "store"
        );
        _reader = Context.ActorOf(
            Props.Create(() => new JobReaderActor(settings.OpenStore)).WithDispatcher(JobPersistence.Dispatcher),
            "reader"
        );
        _manifests = Context.ActorOf(
            Props
                .Create(() => new ManifestWriter(settings.Files, settings.OpenStore, settings.ScratchFolder))
                .WithDispatcher(JobPersistence.Dispatcher),
            "manifests"
        );
        _blockers = Context.ActorOf(Props.Create(() => new BlockerMonitor(settings.Files, settings.FirstLook)), "blockers");

        _store.Tell(JobStoreCommands.Prepare.Instance);
        Recover<JobEvents.IJobFact>(fact => _tail.Add((LastSequenceNr, fact)));
        Recover<RecoveryCompleted>(_ => _store.Tell(new JobStoreCommands.Open([.. _tail.Select(entry => entry.Fact.Job).Distinct()])));
        BecomeStarting();
    }

    /// <inheritdoc/>
    public override string PersistenceId => "job-coordinator";

    /// <summary>There are no snapshots: the store is one.</summary>
    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private DateTimeOffset Now => _settings.Clock.GetUtcNow();

    /// <summary>Since this coordinator started, on a clock that nobody sets.</summary>
    private TimeSpan Elapsed => _settings.Clock.GetElapsedTime(_started);

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        var trouble = $"the journal cannot be written: {cause.Message}";
        Context.System.EventStream.Publish(new JobStoreTrouble(trouble));
        if (_accepting is var (command, client))
            // Asking again is safe, whether it was written or not
            client.Tell(new JobAnswers.Refused(command, JobRefusal.Unavailable, trouble));
        base.OnPersistFailure(cause, @event, sequenceNr); // and stops; whoever supervises starts it again later
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        Context.System.EventStream.Publish(new JobStoreTrouble($"the journal cannot be read: {reason.Message}"));
        base.OnRecoveryFailure(reason, message);
    }

    private void BecomeStarting()
    {
        Command<JobStoreEvents.Opened>(Take);
        Command<JobStoreEvents.Stalled>(stalled =>
        {
            Stall(stalled);
            Stash.UnstashAll(); // clients are told why
        });
        Command<JobStoreEvents.Lost>(Resign);
        Command<JobCommands.IJobCommand>(
            _ => _stalled is not null,
            command => Answer(Sender, new JobAnswers.Refused(command.Command, JobRefusal.Unavailable, _stalled!))
        );
        Command<JobQueries.IJobQuery>(_ => _stalled is not null, _ => Sender.Tell(new JobReports.NotReadable(_stalled!)));
        CommandAny(_ => Stash.Stash());
    }

    private void Take(JobStoreEvents.Opened opened)
    {
        _stalled = null;
        foreach (var loaded in opened.Jobs)
            _jobs.Add(loaded.Stored.State.Job, ToEntry(loaded));
        var seen = opened.Jobs.ToDictionary(loaded => loaded.Stored.State.Job, loaded => loaded.Stored.JournalSequence);
        var forgotten = _tail
            .Select(entry => entry.Fact)
            .OfType<JobEvents.JobEnded>()
            .Select(end => end.Job)
            .Where(job => !seen.ContainsKey(job))
            .ToHashSet(); // what has ended has been in the store
        foreach (
            var (sequence, fact) in _tail.Where(entry =>
                !forgotten.Contains(entry.Fact.Job) && entry.Sequence > seen.GetValueOrDefault(entry.Fact.Job)
            )
        )
            Accept(fact, sequence);
        _tail.Clear();
        foreach (var over in _jobs.Values.Where(entry => entry.State.IsOver && !entry.Ledger.HasChanges).ToList())
            _jobs.Remove(over.Job);
        _log.Info("{0} jobs are not over", _jobs.Count);
        Become(Ready);
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, _settings.Tick);
        Timers.StartPeriodicTimer(HouseKeeping.Instance, HouseKeeping.Instance, _settings.KeepHouseEvery / 10, _settings.KeepHouseEvery);
        if (!_settings.GoesOnWithUnfinished)
        {
            foreach (var entry in _jobs.Values.ToList())
                Decide(entry, entry.State.RequestCancel(new ClientId("a later run")));
        }

        ReconcileAll();
        Stash.UnstashAll();
        Flush();
    }

    private JobEntry ToEntry(LoadedJob loaded) =>
        new(loaded.Stored.State, loaded.ToLedger(_settings.Leasing, Elapsed), loaded.LastPath, loaded.Stored.Progress);

    private void Ready()
    {
        ReceiveCommands();
        ReceiveQueries();
        ReceiveWork();
        ReceiveScans();
        Command<JobStoreEvents.Committed>(Committed);
        Command<JobStoreEvents.Stalled>(Stall);
        Command<JobStoreEvents.Lost>(Resign);
        Command<Tick>(_ => OnTick());
        Command<HouseKeeping>(_ =>
            _reader.Tell(new JobReaderQueries.EndedBefore(Now - _settings.KeepDetailsFor, Now - _settings.KeepPassingFor))
        );
        Command<JobReaderAnswers.JobsEnded>(ended => Forget(ended.Jobs));
        Command<JobReports.NotReadable>(_ => { }); // the house is kept another time
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failure => _log.Info("old records stay in the journal for now: {0}", failure.Cause.Message));
    }

    /// <summary>Journals facts, applies them, and goes on with what rests on them. Nothing else is received meanwhile.</summary>
    private void Decide(JobEntry entry, IReadOnlyList<JobEvents.IJobFact> facts, Action? then = null)
    {
        if (facts.Count == 0)
        {
            then?.Invoke();
            return;
        }

        var left = facts.Count;
        PersistAll(facts, fact =>
        {
            Accept(fact, LastSequenceNr);
            if (--left > 0)
                return;
            Reconcile(entry);
            then?.Invoke();
            Flush();
        });
    }

    /// <summary>Applies a fact to what is in memory, and adds it to the changes for the store.</summary>
    private void Accept(JobEvents.IJobFact fact, long sequence)
    {
        if (!_jobs.TryGetValue(fact.Job, out var entry))
        {
            if (fact is not JobEvents.Submitted submitted)
                return; // of a job that is long over
            entry = new JobEntry(JobState.From(submitted), new JobLedger(fact.Job, _settings.Leasing), null, LedgerProgress.None);
            _jobs.Add(fact.Job, entry);
        }

        var next = entry.State.Apply(fact);
        var changes = !ReferenceEquals(next, entry.State) || fact is JobEvents.Submitted;
        entry.State = next;
        entry.Ledger.Add(new StoreChange.JobSaved(next, sequence));
        if (!changes)
            return;
        if (fact is JobEvents.FailedRetried retried)
            entry.Ledger.Reopen(quarantined: retried.Left == 0);
        if (fact is JobEvents.ArchiveScanned)
            entry.Ledger.Add(new StoreChange.EarlierResultsUsed(fact.Job));
        entry.Ledger.Record(fact, Now);
        if (fact is JobEvents.JobEnded ended)
            _log.Info(
                "job {0} has ended: {1}, {2} coloured, {3} skipped, {4} not",
                entry.Job,
                ended.Outcome,
                ended.Counts.Done,
                ended.Counts.Skipped,
                ended.Counts.Unfinished
            );
    }

    private void ReconcileAll()
    {
        foreach (var entry in _jobs.Values.ToList())
            Reconcile(entry);
    }

    /// <summary>
    /// Makes what is done for a job agree with its state: whether its archive is walked, its pictures leased, its blockers watched.
    /// </summary>
    private void Reconcile(JobEntry entry)
    {
        var walks =
            entry.State.Scans
            && !entry.State.IsHeldUpBy(JobFailure.Archive)
            && !entry.State.IsHeldUpBy(JobFailure.Output)
            && Before(entry) is null;
        if (walks && entry.Scanner is null)
        {
            var (state, files, after, self) = (entry.State, _settings.Files, entry.LastPath, Self);
            entry.Scanner = Context.ActorOf(Props.Create(() => new ArchiveScanner(state, files, after, self)));
        }
        else if (!walks && entry.Scanner is { } scanner)
        {
            Context.Stop(scanner);
            (entry.Scanner, entry.ScannerWaits) = (null, false);
        }

        var isSchedulable = entry.State is { Ending: null, End: null };
        if (isSchedulable && !entry.IsScheduled)
            _scheduler.Add(entry.Work, Elapsed);
        if (!isSchedulable && entry.IsScheduled)
            _scheduler.Remove(entry.Job);
        entry.IsScheduled = isSchedulable;

        var blockers = entry
            .State.Pauses.Where(pause => pause.Owner.Kind == PauseOwnerKind.System)
            .Select(pause => Enum.Parse<JobFailure>(pause.Owner.Name))
            .ToList();
        foreach (var blocker in blockers)
            _blockers.Tell(new BlockerCommands.Watch(entry.Job, entry.State.Specification, blocker));
        if (entry.FinalizingTrouble is null)
            _blockers.Tell(new BlockerCommands.Forget(entry.Job, blockers));
    }

    /// <summary>The older job that writes into the same folder: two at once would undo each other's work.</summary>
    private JobEntry? Before(JobEntry entry) =>
        _jobs.Values.FirstOrDefault(other =>
            !other.State.IsOver
            && other.State.Specification.OutputRoot == entry.State.Specification.OutputRoot
            && (other.State.Origin.At, other.Job.Value).CompareTo((entry.State.Origin.At, entry.Job.Value)) < 0
        );

    /// <summary>GrantsWork what can be leased, and sends all changes to the store unless a commit is on its way.</summary>
    private void Flush()
    {
        if (_stalled is null)
            Grant();
        if (_committing is not null)
            return;
        var changes = _jobs.Values.Where(entry => entry.Ledger.HasChanges).SelectMany(entry => entry.Ledger.TakeChanges()).ToList();
        var loads = _jobs.Values.Where(entry => entry.IsScheduled).Select(LoadOf).OfType<PendingLoad>().ToList();
        if (changes.Count == 0 && loads.Count == 0 && _afterCommit.Count == 0)
            return;
        _committing = (++_lastCommit, changes, _afterCommit);
        _afterCommit = [];
        _store.Tell(new JobStoreCommands.Commit(_lastCommit, changes, loads));
    }

    private static PendingLoad? LoadOf(JobEntry entry) =>
        entry.Ledger.Wants() is { } wanted ? new PendingLoad(entry.Job, wanted.Pass, wanted.After, wanted.UpTo, PageOfPending) : null;

    private void Committed(JobStoreEvents.Committed committed)
    {
        if (_committing is not { } batch || batch.Number != committed.Number)
            return;
        _committing = null;
        if (_stalled is not null)
            _log.Info("the job database can be written again");
        _stalled = null;
        foreach (var (to, message) in batch.After)
            to.Tell(message);
        foreach (var page in committed.Pages)
            _jobs.GetValueOrDefault(page.Job)?.Ledger.Supply(page.Pass, page.Items, page.UpTo);
        TakeNote(batch.Changes);
        foreach (var entry in _jobs.Values.ToList())
            Advance(entry);
        AnswerWaiters();
        Flush();
    }

    /// <summary>What the changes that are on disk mean for watchers, manifests and the journal.</summary>
    private void TakeNote(IReadOnlyList<StoreChange> changes)
    {
        var journalled = 0L;
        foreach (var change in changes)
        {
            if (change is StoreChange.JobSaved saved)
                journalled = Math.Max(journalled, saved.JournalSequence);
            if (change is not StoreChange.ProgressSaved progress || !_jobs.TryGetValue(change.Job, out var entry))
                continue;
            entry.Rate.Add(Elapsed, progress.Progress.Counts.Settled - entry.Committed.Counts.Settled);
            entry.Committed = progress.Progress;
        }

        foreach (var settled in changes.OfType<StoreChange.ItemSettled>().GroupBy(change => change.Job))
        {
            if (_jobs.TryGetValue(settled.Key, out var entry) && !entry.IsBeingFinalized)
                _manifests.Tell(
                    new ManifestCommands.Add(
                        settled.Key,
                        entry.State.Specification,
                        [.. settled.Select(change => new SettledPicture(change.Item.RelativePath, change.Outcome, change.At))]
                    )
                );
        }

        if (journalled - _deletedUpTo < FactsBetweenDeletions)
            return;
        _deletedUpTo = journalled;
        DeleteMessages(journalled); // the store has them
    }

    /// <summary>A job's next step, where what it rests on is on disk.</summary>
    private void Advance(JobEntry entry)
    {
        if (entry.Ledger.HasChanges)
            return;
        if (entry.ScannerWaits && entry.Scanner is { } scanner)
        {
            entry.ScannerWaits = false;
            scanner.Tell(ArchiveScanner.GoOn.Instance);
        }

        if (entry.State.IsOver)
        {
            _jobs.Remove(entry.Job);
            ReconcileAll(); // one that waited for the folder may begin
        }
        else if (entry.State.Ending is null)
        {
            Decide(entry, entry.State.Settle(entry.Ledger.Leased > 0, entry.Committed.Counts));
        }
        else if (!entry.IsBeingFinalized && entry.FinalizingTrouble is null)
        {
            entry.IsBeingFinalized = true;
            _manifests.Tell(new ManifestCommands.Finalize(entry.Job, entry.State.Specification));
        }
    }

    private void OnTick()
    {
        _scheduler.Lapse(Now, Elapsed);
        foreach (var entry in _jobs.Values.ToList())
            Decide(entry, entry.State.ExpirePauses(Now));
        if (_committing is null)
        {
            foreach (var entry in _jobs.Values.ToList())
                Advance(entry);
        }

        AnswerWaiters();
        Flush();
    }

    private void Forget(IReadOnlyList<JobId> jobs)
    {
        const int rowsAtATime = 5000;
        var over = jobs.Where(job => !_jobs.ContainsKey(job)).ToList();
        if (_stalled is not null || over.Count == 0 || _committing is not null)
            return;
        _committing = (++_lastCommit, [], []);
        _store.Tell(new JobStoreCommands.Commit(_lastCommit, [new StoreChange.DetailsForgotten(over, rowsAtATime)], []));
    }

    private void Stall(JobStoreEvents.Stalled stalled)
    {
        if (_stalled is null)
            _log.Warning("jobs stand still: {0}", stalled.Reason);
        _stalled = stalled.Reason;
        Context.System.EventStream.Publish(new JobStoreTrouble(stalled.Reason));
    }

    /// <summary>
    /// Stops when nothing can be written any more. Where another coordinator has become the leader, this one waits a while first: most likely
    /// its node is about to be told so, and becoming the leader
    /// back would only make them take turns.
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

    private sealed class HouseKeeping
    {
        internal static readonly HouseKeeping Instance = new();
    }
}
