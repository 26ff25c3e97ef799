using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Applies facts to jobs in memory and runs the work outside the coordinator that leads to the next fact: the archive is walked, blockers
/// are watched, the manifest is finalized. Results are returned as facts, which the coordinator journals and applies.
/// </summary>
/// <param name="context">The coordinator's context; walks run as its children.</param>
/// <param name="settings">The coordinator's settings.</param>
/// <param name="jobs">The open jobs.</param>
/// <param name="scheduler">Schedules the jobs that have work.</param>
/// <param name="commits">The changes that wait for the store.</param>
/// <param name="clock">The coordinator's time.</param>
/// <param name="log">Its log.</param>
internal sealed class JobLifecycle(
    IActorContext context,
    JobCoordinatorSettings settings,
    OpenJobs jobs,
    WorkScheduler scheduler,
    CommitPipeline commits,
    JobClock clock,
    ILoggingAdapter log
)
{
    /// <summary>Writes the manifests.</summary>
    internal required IActorRef Manifests { get; init; }

    /// <summary>Checks whether blockers are cleared.</summary>
    internal required IActorRef BlockerChecks { get; init; }

    /// <summary>Ends walks whose drive does not answer.</summary>
    internal required IoWatch Walks { get; init; }

    /// <summary>Creates the entry of a stored job.</summary>
    internal JobEntry ToEntry(LoadedJob loaded) =>
        new(loaded.Stored.State, loaded.ToLedger(settings.Leasing, clock.Elapsed), loaded.LastPath, loaded.Stored.Progress);

    /// <summary>Adds a job.</summary>
    internal void Add(JobEntry entry)
    {
        jobs.Add(entry);
        jobs.Update(entry);
        commits.Add(entry);
    }

    /// <summary>Applies a fact to what is in memory, and adds it to the changes for the store.</summary>
    /// <returns>Other jobs that are affected: those that come first, or no longer come first, in an output folder.</returns>
    internal IReadOnlyList<JobEntry> Apply(JobEvents.IJobFact fact, long sequence)
    {
        if (jobs.Find(fact.Job) is not { } entry)
        {
            if (fact is not JobEvents.Submitted submitted)
                return []; // the job ended long ago
            entry = new JobEntry(JobState.From(submitted), new JobLedger(fact.Job, settings.Leasing), null, LedgerProgress.None);
            Add(entry);
        }

        if (fact is JobEvents.ArchiveScanned scanned && scanned.Items > entry.Ledger.Items)
            return []; // an earlier version could journal it before the store had the pictures; the walk continues

        var next = entry.State.Apply(fact);
        var changes = !ReferenceEquals(next, entry.State) || fact is JobEvents.Submitted;
        entry.State = next;
        entry.Ledger.Add(new StoreChange.JobSaved(next, sequence));
        if (!changes)
            return [];
        if (fact is JobEvents.FailedRetried retried)
            entry.Ledger.Reopen(quarantined: retried.Left == 0);
        if (fact is JobEvents.CancelRequested)
            entry.FinalizingTrouble = null; // it does not wait for its output: one more try
        if (fact is JobEvents.ArchiveScanned)
            entry.Ledger.Add(new StoreChange.EarlierResultsUsed(fact.Job));
        entry.Ledger.Record(fact, clock.Now);
        if (fact is JobEvents.JobEnded ended)
            log.Info(
                "job {0} has ended: {1}, {2} coloured, {3} skipped, {4} not",
                entry.Job,
                ended.Outcome,
                ended.Counts.Done,
                ended.Counts.Skipped,
                ended.Counts.Unfinished
            );
        return jobs.Update(entry);
    }

    /// <summary>
    /// Reconciles the activities for a job with its state: whether its archive is walked, its pictures are granted, its blockers are
    /// watched.
    /// </summary>
    internal void Reconcile(JobEntry entry)
    {
        var walks =
            entry.State.Scans
            && !entry.State.IsBlockedBy(JobFailure.Archive)
            && !entry.State.IsBlockedBy(JobFailure.Output)
            && jobs.Before(entry) is null;
        if (walks && entry.Scanner is null)
        {
            var (state, archive, store, after, self) = (entry.State, settings.Files, settings.OpenStore, entry.LastPath, context.Self);
            var watch = Walks;
            entry.Scanner = context.ActorOf(Props.Create(() => new ArchiveScanner(state, archive, store, after, self, watch)));
        }
        else if (!walks && entry.Scanner is { } scanner)
        {
            context.Stop(scanner);
            (entry.Scanner, entry.Walk) = (null, WalkStage.Walking);
        }

        var canHaveWork = entry.State is { Ending: null, End: null };
        if (canHaveWork && !entry.IsScheduled)
            scheduler.Add(entry.Work, clock.Elapsed);
        if (!canHaveWork && entry.IsScheduled)
            scheduler.Remove(entry.Job);
        entry.IsScheduled = canHaveWork;
        commits.Mark(entry);

        var blockers = entry
            .State.Pauses.Where(pause => pause.Owner.Kind == PauseOwnerKind.System)
            .Select(pause => Enum.Parse<JobFailure>(pause.Owner.Name))
            .ToList();
        foreach (var blocker in blockers)
            BlockerChecks.Tell(new BlockerCommands.Watch(entry.Job, entry.State.Specification, blocker));
        if (entry.FinalizingTrouble is null)
            BlockerChecks.Tell(new BlockerCommands.Forget(entry.Job, blockers));
    }

    /// <summary>The next step of an open job, when everything that it depends on is on disk.</summary>
    /// <returns>Facts that only the manifest is left to write.</returns>
    internal IReadOnlyList<JobEvents.IJobFact> Advance(JobEntry entry)
    {
        if (entry.Walk == WalkStage.Paused && entry.Scanner is { } scanner)
        {
            entry.Walk = WalkStage.Walking;
            scanner.Tell(ArchiveScanner.Continue.Instance);
        }

        if (entry.Walk == WalkStage.Ended && entry.State.Scans)
            return entry.State.Scanned(entry.Ledger.Items, entry.Ledger.PassedOver); // after its pictures: the journal must not be ahead
        if (entry.State.Ending is null)
            return entry.State.Settle(entry.Ledger.HasLeases, entry.Committed.Counts);
        if (!entry.IsBeingFinalized && entry.FinalizingTrouble is null)
        {
            entry.IsBeingFinalized = true;
            Manifests.Tell(new ManifestCommands.Finalize(entry.Job, entry.State.Specification));
        }

        return [];
    }

    /// <summary>The job that an actor walks the archive of; null if the walk was abandoned.</summary>
    internal JobEntry? WalkedBy(IActorRef scanner, JobId job) =>
        jobs.Find(job) is { } entry && scanner.Equals(entry.Scanner) ? entry : null;

    /// <summary>Adds what a step of the walk has found.</summary>
    internal void Found(JobEntry entry, ScanEvents.Found found)
    {
        if (found.Earlier.Count > 0)
            entry.Ledger.Add(new StoreChange.EarlierResultsFound(found.Job, found.Earlier));
        entry.Ledger.Found(found.RelativePaths);
        foreach (var (path, reason) in found.PassedOver)
            entry.Ledger.Pass(path, reason, clock.Now);
        entry.Ledger.PassMore(found.MorePassedOver);
        if (found.RelativePaths is [.., var last])
            entry.LastPath = last;
        entry.Walk = found.IsEnd ? WalkStage.Ended : WalkStage.Paused;
    }

    /// <summary>The walk cannot continue.</summary>
    internal IReadOnlyList<JobEvents.IJobFact> WalkFailed(JobEntry entry, ScanEvents.Failed failed)
    {
        (entry.Scanner, entry.Walk) = (null, WalkStage.Walking);
        return Blocked(entry, failed.Blocker, failed.Reason);
    }

    /// <summary>A blocker affects every picture: the job waits until it is cleared, or fails.</summary>
    internal IReadOnlyList<JobEvents.IJobFact> Blocked(JobEntry entry, JobFailure blocker, string reason)
    {
        var facts = entry.State.Block(blocker, reason, clock.Now);
        var waits = entry.State.Specification.OnBlocker == BlockerPolicy.Wait; // otherwise it is reported with the end of the job
        if (waits && facts.Count > 0)
            log.Warning("job {0} waits: {1}", entry.Job, reason); // every unit in progress meets it; it is logged once
        else
            log.Info("job {0}: {1}", entry.Job, reason);
        return facts;
    }

    /// <summary>
    /// A worker released a unit; only a check by the coordinator tells a problem of the worker's host from one of the job.
    /// </summary>
    internal IReadOnlyList<JobEvents.IJobFact> Released(JobEntry entry, WorkCommands.Release command)
    {
        JobFailure? blocker = command.Reason switch
        {
            ReleaseReason.ArchiveNotVisible => JobFailure.Archive,
            ReleaseReason.OutputNotWritable or ReleaseReason.OutputFull => JobFailure.Output,
            ReleaseReason.ModelNotLoadable => JobFailure.Model,
            _ => null,
        };
        if (blocker is null)
            return [];
        // A full disk is full for all hosts, and a command that does not wait has no other host to check from.
        if (command.Reason == ReleaseReason.OutputFull || entry.State.Specification.OnBlocker == BlockerPolicy.Fail)
            return Blocked(entry, blocker.Value, command.Detail);
        BlockerChecks.Tell(new BlockerCommands.CheckOnce(entry.Job, entry.State.Specification, blocker.Value, command));
        return [];
    }

    /// <summary>A watched blocker is cleared.</summary>
    internal IReadOnlyList<JobEvents.IJobFact> Cleared(JobEntry entry, JobFailure blocker)
    {
        if (blocker == JobFailure.Output)
            entry.FinalizingTrouble = null;
        var facts = entry.State.Cleared(blocker);
        if (facts.Count > 0)
            log.Info("job {0} is no longer blocked ({1})", entry.Job, blocker);
        return facts;
    }

    /// <summary>The manifest is finalized.</summary>
    internal IReadOnlyList<JobEvents.IJobFact> Finalized(JobEntry entry)
    {
        (entry.IsBeingFinalized, entry.FinalizingTrouble) = (false, null);
        return entry.State.Finalized(entry.Ledger.Counts, clock.Now);
    }

    /// <summary>The manifest could not be finalized: the job ends without it, or the output is watched.</summary>
    internal IReadOnlyList<JobEvents.IJobFact> NotFinalized(JobEntry entry, string reason)
    {
        entry.IsBeingFinalized = false;
        var end = entry.State.NotFinalized(reason, entry.Ledger.Counts, clock.Now);
        if (end.Count == 0)
        {
            entry.FinalizingTrouble = reason;
            BlockerChecks.Tell(new BlockerCommands.Watch(entry.Job, entry.State.Specification, JobFailure.Output));
        }
        else
        {
            log.Warning("job {0} ends without its final manifest: {1}", entry.Job, reason);
        }

        return end;
    }

    /// <summary>Adds the lines of pictures whose settlement is on disk to the manifest.</summary>
    internal void AddToManifests(IEnumerable<StoreChange.ItemSettled> onDisk)
    {
        foreach (var settled in onDisk.GroupBy(change => change.Job))
        {
            if (jobs.Find(settled.Key) is { IsBeingFinalized: false } entry)
                Manifests.Tell(
                    new ManifestCommands.Add(
                        settled.Key,
                        entry.State.Specification,
                        [.. settled.Select(change => new SettledPicture(change.Item.RelativePath, change.Outcome, change.At))]
                    )
                );
        }
    }
}
