using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs;

/// <summary>What workers say, what walks find, and what is in the way.</summary>
public sealed partial class JobCoordinator
{
    private void ReceiveWork()
    {
        Command<WorkCommands.RequestWork>(command =>
        {
            Meet(command.Worker);
            _scheduler.Request(command.Worker, command.Credit, Now, Elapsed);
            Flush();
        });
        Command<WorkCommands.RenewLeases>(Renew);
        Command<WorkCommands.SettleItems>(Settle);
        Command<WorkCommands.Release>(Release);
        Command<WorkCommands.ReleaseAllWork>(command =>
        {
            _log.Info("{0} returns all work: {1}", command.Worker, command.Detail);
            _scheduler.ReturnAll(command, Now, Elapsed);
            Flush();
        });
        Command<Terminated>(terminated =>
        {
            foreach (var (worker, _) in _workers.Where(known => known.Value.Equals(terminated.ActorRef)).ToList())
            {
                _workers.Remove(worker);
                _scheduler.Gone(worker, Now, Elapsed);
            }

            Flush();
        });
        Command<BlockerEvents.Looked>(Look);
    }

    private void ReceiveScans()
    {
        Command<ScanEvents.Found>(Take);
        Command<ScanEvents.Failed>(failed =>
        {
            if (!IsCurrent(failed.Job, out var entry))
                return;
            entry.Scanner = null;
            Obstructed(entry, failed.Blocker, failed.Reason);
        });
        Command<ManifestEvents.Finalized>(finalized =>
        {
            if (!_jobs.TryGetValue(finalized.Job, out var entry))
                return;
            entry.IsBeingFinalized = false;
            entry.FinalizingTrouble = null;
            Decide(entry, entry.State.Finalized(entry.Ledger.Counts, Now));
        });
        Command<ManifestEvents.NotFinalized>(failed =>
        {
            if (!_jobs.TryGetValue(failed.Job, out var entry))
                return;
            entry.IsBeingFinalized = false;
            var end = entry.State.NotFinalized(failed.Reason, entry.Ledger.Counts, Now);
            if (end.Count == 0)
            {
                entry.FinalizingTrouble = failed.Reason;
                _blockers.Tell(new BlockerCommands.Watch(entry.Job, entry.State.Specification, JobFailure.Output));
            }

            Decide(entry, end);
        });
        Command<ManifestEvents.NotWritten>(failed =>
        {
            if (_jobs.TryGetValue(failed.Job, out var entry))
                Obstructed(entry, JobFailure.Output, failed.Reason);
        });
    }

    private void Meet(WorkerId worker)
    {
        if (_workers.TryGetValue(worker, out var known) && known.Equals(Sender))
            return;
        foreach (var (earlier, reference) in _workers.Where(other => other.Key.Device == worker.Device).ToList())
        {
            _workers.Remove(earlier);
            Context.Unwatch(reference);
        }

        _workers[worker] = Sender;
        Context.Watch(Sender);
        _log.Info("worker {0} is there", worker);
    }

    private void Renew(WorkCommands.RenewLeases heartbeat)
    {
        Meet(heartbeat.Worker);
        if (_scheduler.Renew(heartbeat, Now, Elapsed) is not { } renewed)
            return;
        Sender.Tell(renewed.Answer);
        foreach (var unit in renewed.Again)
            _afterCommit.Add((Sender, new WorkEvents.WorkGranted(unit, _settings.Leasing.LeaseFor)));
        Flush();
    }

    private void Settle(WorkCommands.SettleItems command)
    {
        if (_scheduler.Settle(command, Now, Elapsed))
            _afterCommit.Add((Sender, new WorkEvents.ItemsTaken(command.Lease, [.. command.Items.Select(item => item.Number)])));
        else
            Sender.Tell(new WorkEvents.LeaseLost(command.Lease));
        Flush();
    }

    private void Release(WorkCommands.Release command)
    {
        if (!_scheduler.Release(command, Now, Elapsed))
            return;
        if (command.Reason != ReleaseReason.ShuttingDown)
            _log.Info("{0} gives unit {1} of job {2} back: {3}", command.Worker, command.Lease.Unit, command.Lease.Job, command.Detail);
        if (_jobs.TryGetValue(command.Lease.Job, out var entry) && BlockerOf(command.Reason) is { } blocker)
        {
            // A full disk is full for all, and a command that does not wait has no other host to look from. Else only the coordinator's own
            // look tells a host's trouble from the job's.
            if (command.Reason == ReleaseReason.OutputFull || entry.State.Specification.OnBlocker == BlockerPolicy.Fail)
                Obstructed(entry, blocker, command.Detail);
            else
                _blockers.Tell(new BlockerCommands.LookOnce(entry.Job, entry.State.Specification, blocker, command));
        }

        Flush();
    }

    private static JobFailure? BlockerOf(ReleaseReason reason) =>
        reason switch
        {
            ReleaseReason.ArchiveNotVisible => JobFailure.Archive,
            ReleaseReason.OutputNotWritable or ReleaseReason.OutputFull => JobFailure.Output,
            ReleaseReason.ModelNotLoadable => JobFailure.Model,
            _ => null,
        };

    private void Obstructed(JobEntry entry, JobFailure blocker, string reason)
    {
        var facts = entry.State.Meet(blocker, reason, Now);
        var waits = entry.State.Specification.OnBlocker == BlockerPolicy.Wait; // else it is told as the job's end
        if (waits && facts.Count > 0)
            _log.Warning("job {0} waits: {1}", entry.Job, reason); // each unit under way meets it; it is said once
        else
            _log.Info("job {0}: {1}", entry.Job, reason);
        Decide(entry, facts);
    }

    private void Look(BlockerEvents.Looked looked)
    {
        if (!_jobs.TryGetValue(looked.Job, out var entry))
            return;
        if (looked.Trouble is { } trouble)
        {
            if (looked.About is WorkCommands.Release)
                Obstructed(entry, looked.What, trouble);
            return;
        }

        if (looked.About is not null)
            return; // that worker's own trouble: the scheduler does not ask it for a while
        if (looked.What == JobFailure.Output)
            entry.FinalizingTrouble = null;
        var cleared = entry.State.Cleared(looked.What);
        if (cleared.Count > 0)
            _log.Info("job {0}: what was in its way is resolved ({1})", entry.Job, looked.What);
        Decide(entry, cleared);
        if (_committing is null)
            Advance(entry);
        Reconcile(entry);
        Flush();
    }

    private void Grant()
    {
        foreach (var entry in _jobs.Values.Where(entry => entry.Work.DeathsInARow >= _settings.Leasing.DeathsInARow).ToList())
        {
            entry.Work.DeathsInARow = 0;
            Obstructed(
                entry,
                JobFailure.Device,
                $"{_settings.Leasing.DeathsInARow} devices died of this job one after another: {entry.Work.LastDeath}"
            );
        }

        var leased = _scheduler.Grant(Elapsed);
        foreach (var (worker, unit) in leased)
        {
            if (_workers.TryGetValue(worker, out var reference))
                _afterCommit.Add((reference, new WorkEvents.WorkGranted(unit, _settings.Leasing.LeaseFor)));
        }

        foreach (var entry in leased.Select(grant => grant.Unit.Job).Distinct().Select(job => _jobs[job]))
            Decide(entry, entry.State.Start(Now));
    }

    private bool IsCurrent(JobId job, out JobEntry entry) =>
        _jobs.TryGetValue(job, out entry!) && entry.Scanner is { } scanner && scanner.Equals(Sender);

    private void Take(ScanEvents.Found found)
    {
        if (!IsCurrent(found.Job, out var entry))
            return;
        if (found.Earlier.Count > 0)
            entry.Ledger.Add(new StoreChange.EarlierResultsFound(found.Job, found.Earlier));
        entry.Ledger.Found(found.RelativePaths);
        foreach (var (path, reason) in found.PassedOver)
            entry.Ledger.Pass(path, reason, Now);
        entry.Ledger.PassMore(found.MorePassedOver);
        if (found.RelativePaths is [.., var last])
            entry.LastPath = last;
        entry.ScannerWaits = !found.IsEnd;
        if (found.IsEnd)
            Decide(entry, entry.State.Scanned(entry.Ledger.Items, entry.Ledger.PassedOver));
        Flush();
        if (entry.ScannerWaits && _committing is null)
            Advance(entry);
    }
}
