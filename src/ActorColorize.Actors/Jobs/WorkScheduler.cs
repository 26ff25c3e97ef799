using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Grants work to workers: tracks which workers have room, which job is next, and which leases have expired. Pure: messages in, answers
/// out; no answer may be sent before its changes are on disk.
/// </summary>
public sealed class WorkScheduler
{
    private readonly LedgerSettings _settings;
    private readonly Dictionary<JobId, JobAtWork> _jobs = [];
    private readonly Dictionary<string, KnownWorker> _workers = [];
    private readonly HashSet<JobAtWork> _withLeases = [];
    private readonly HashSet<JobAtWork> _fatal = [];
    private readonly FairShare _share = new();
    private readonly ReadyJobs _ready;

    /// <summary>A scheduler without jobs and workers.</summary>
    /// <param name="settings">How work is leased.</param>
    public WorkScheduler(LedgerSettings settings)
    {
        _settings = settings;
        _ready = new ReadyJobs(_share);
    }

    /// <summary>The jobs that may grant work.</summary>
    public IReadOnlyDictionary<JobId, JobAtWork> Jobs => _jobs;

    /// <summary>Adds a job.</summary>
    public void Add(JobAtWork job, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(job);
        _jobs.Add(job.State.Job, job);
        _ready.Add(job);
        foreach (var (lease, holder, isAlone) in job.Ledger.Leases())
        {
            _withLeases.Add(job);
            Known(holder, now)?.Units.Add(lease, isAlone);
        }
    }

    /// <summary>Removes a job that has ended: later messages about it change nothing.</summary>
    public void Remove(JobId job)
    {
        if (!_jobs.Remove(job, out var removed))
            return;
        _ready.Remove(removed);
        _withLeases.Remove(removed);
        _fatal.Remove(removed);
        foreach (var (lease, holder, _) in removed.Ledger.Leases())
            Drop(lease, holder);
        foreach (var device in removed.RefusedBy)
            _workers.GetValueOrDefault(device)?.Refusals.Remove(job);
        removed.RefusedBy.Clear();
    }

    /// <summary>A worker accepts this many units in total.</summary>
    public void Request(WorkerId worker, int credit, DateTimeOffset at, TimeSpan now)
    {
        if (Register(worker, at, now) is { } known)
            known.Credit = Math.Max(0, credit);
    }

    /// <summary>A heartbeat: renews the worker's leases and finds units that did not reach it.</summary>
    /// <returns>The answer, and the units to send again; null if the worker was replaced by a later incarnation.</returns>
    public (WorkEvents.LeasesRenewed Answer, IReadOnlyList<WorkUnit> Again)? Renew(
        WorkCommands.RenewLeases heartbeat,
        DateTimeOffset at,
        TimeSpan now
    )
    {
        ArgumentNullException.ThrowIfNull(heartbeat);
        if (Register(heartbeat.Worker, at, now) is not { } worker)
            return null;
        worker.Credit = Math.Max(0, heartbeat.Credit);
        var (held, lost) = (new List<WorkLease>(), new List<WorkLease>());
        foreach (var lease in heartbeat.Leases)
            (Renew(lease, heartbeat.Worker, now) ? held : lost).Add(lease);
        var missing = worker
            .Units.Keys.Except(heartbeat.Leases)
            .Where(lease => worker.SentBefore(lease, now - _settings.LeaseFor / 8))
            .ToList();
        foreach (var lease in missing)
            worker.Sent(lease, now);
        return (
            new WorkEvents.LeasesRenewed(held, lost, _settings.LeaseFor, heartbeat.Heartbeat),
            [
                .. missing
                    .Select(lease =>
                        _jobs.GetValueOrDefault(lease.Job) is { } job ? job.Ledger.GrantAgain(lease, job.State.Specification) : null
                    )
                    .OfType<WorkUnit>(),
            ]
        );
    }

    /// <summary>Settles pictures under a lease.</summary>
    /// <returns>False if the lease has ended and nothing was changed.</returns>
    public bool Settle(WorkCommands.SettleItems command, DateTimeOffset at, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (_jobs.GetValueOrDefault(command.Lease.Job) is not { } job || !IsHeldBy(command.Lease, command.Worker))
            return false;
        var settlement = job.Ledger.Settle(command.Lease, command.Items, at, now);
        if (settlement != Settlement.LeaseLost)
            job.DeathsInARow = 0;
        var worker = _workers[command.Worker.Device];
        if (settlement == Settlement.UnitOver)
            worker.Drop(command.Lease);
        if (command.Items.Any(item => item.Outcome is ItemOutcome.Done))
            worker.Refusals.Remove(command.Lease.Job);
        return settlement != Settlement.LeaseLost;
    }

    /// <summary>A worker releases a unit. If it cannot process this job at all, the job is not offered to it again for some time.</summary>
    /// <returns>False if the lease has already ended.</returns>
    public bool Release(WorkCommands.Release command, DateTimeOffset at, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (_jobs.GetValueOrDefault(command.Lease.Job) is not { } job || !IsHeldBy(command.Lease, command.Worker))
            return false;
        var worker = _workers[command.Worker.Device];
        worker.Drop(command.Lease);
        if (command.Reason == ReleaseReason.ShuttingDown)
        {
            worker.Credit = 0;
        }
        else
        {
            worker.Refuse(command.Lease.Job, command.Detail, now);
            job.RefusedBy.Add(command.Worker.Device);
        }

        return job.Ledger.TakeBack(command.Lease, ReturnCause.GivenBack, command.Detail, at, now);
    }

    /// <summary>A worker released all its units.</summary>
    public void ReleaseAll(WorkCommands.ReleaseAllWork command, DateTimeOffset at, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (_workers.GetValueOrDefault(command.Worker.Device) is { } worker && !worker.Earlier.Contains(command.Worker.Incarnation))
            TakeAllBack(worker, command.Crashed ? ReturnCause.Died : ReturnCause.GivenBack, command.Detail, at, now);
        if (Register(command.Worker, at, now) is { } returned)
            returned.Credit = 0; // until it requests work again, if it still exists
    }

    /// <summary>A worker's actor terminated without releasing its work.</summary>
    public void Terminated(WorkerId worker, DateTimeOffset at, TimeSpan now)
    {
        if (_workers.GetValueOrDefault(worker.Device) is not { } known || known.Id != worker)
            return;
        TakeAllBack(known, ReturnCause.Lapsed, "the worker terminated", at, now);
        _workers.Remove(worker.Device);
    }

    /// <summary>Returns units with expired leases to their jobs, and forgets workers that have been silent for long.</summary>
    public void ExpireLeases(DateTimeOffset at, TimeSpan now)
    {
        foreach (var job in _withLeases)
        {
            foreach (var (lease, holder) in job.Ledger.TakeBackExpired(at, now))
                Drop(lease, holder);
        }

        _withLeases.RemoveWhere(job => !job.Ledger.HasLeases);

        foreach (
            var silent in _workers.Values.Where(worker => worker.Units.Count == 0 && now - worker.Heard > _settings.LeaseFor * 2).ToList()
        )
            _workers.Remove(silent.Id.Device);
    }

    /// <summary>Grants as long as there is work and room for it; not to a worker that has been silent for a lease's term.</summary>
    public IReadOnlyList<(WorkerId Worker, WorkUnit Unit)> Grant(TimeSpan now)
    {
        var leased = new List<(WorkerId, WorkUnit)>();
        if (!_ready.Update(now))
            return leased;
        foreach (
            var worker in _workers
                .Values.Where(worker => worker.HasRoom && now - worker.Heard <= _settings.LeaseFor)
                .OrderBy(worker => worker.Units.Count)
                .ThenBy(worker => worker.Id.Device, StringComparer.Ordinal)
        )
        {
            while (NextFor(worker, now) is { } unit)
                leased.Add((worker.Id, unit));
        }

        return leased;
    }

    /// <summary>
    /// The jobs that killed as many workers in a row as <see cref="LedgerSettings.DeathsInARow"/> allows; each is returned once.
    /// </summary>
    public IReadOnlyList<JobAtWork> TakeFatalJobs()
    {
        if (_fatal.Count == 0)
            return [];
        var fatal = _fatal.Where(job => job.DeathsInARow >= _settings.DeathsInARow).ToList();
        _fatal.Clear();
        foreach (var job in fatal)
            job.DeathsInARow = 0;
        return fatal;
    }

    /// <summary>The workers as the coordinator knows them.</summary>
    public IReadOnlyList<WorkerReport> Workers(TimeSpan now) =>
        [
            .. _workers
                .Values.OrderBy(worker => worker.Id.Device, StringComparer.Ordinal)
                .Select(worker => new WorkerReport(worker.Id, worker.Credit, worker.Units.Count, now - worker.Heard)),
        ];

    /// <summary>Why a job makes no progress; null if it does.</summary>
    public string? WaitsFor(JobAtWork job, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Ledger.Leased > 0)
            return null;
        var refusals = _workers
            .Values.Where(worker => worker.Refuses(job.State.Job, now))
            .Select(worker => $"{worker.Id.Device}: {worker.Refusals[job.State.Job].Detail}")
            .ToList();
        if (_workers.Count == 0)
            return "no device is available";
        if (refusals.Count == _workers.Count)
            return $"no device can process it; {string.Join("; ", refusals)}";
        if (job.Ledger.Offer(now) == WorkOffer.Nothing)
            return job.Ledger.Delayed > 0 ? $"{job.Ledger.Delayed} failed pictures wait to be retried" : null;
        return _workers.Values.All(worker => worker.Credit == 0)
            ? "the devices accept no archive work at the moment"
            : "the devices are busy with other jobs";
    }

    private WorkUnit? NextFor(KnownWorker worker, TimeSpan now)
    {
        if (!worker.HasRoom || !_ready.Update(now) || _ready.Choose(job => worker.Refuses(job.State.Job, now)) is not { } job)
            return null;
        var isAlone = job.Ledger.Offer(now) == WorkOffer.Alone;
        if (isAlone && worker.Units.Count > 0)
            return null; // it gets no more work until it is idle, and then the suspect
        var unit = job.Ledger.Grant(worker.Id, job.State.Specification, now);
        _share.Charge(job.State, unit.Items.Count);
        _withLeases.Add(job);
        worker.Units.Add(unit.Lease, isAlone);
        worker.Sent(unit.Lease, now);
        return unit;
    }

    private bool Renew(WorkLease lease, WorkerId worker, TimeSpan now) =>
        _jobs.GetValueOrDefault(lease.Job) is { } job && job.Ledger.Renew(lease, worker, now);

    private bool IsHeldBy(WorkLease lease, WorkerId worker) =>
        _workers.GetValueOrDefault(worker.Device) is { } known && known.Id == worker && known.Units.ContainsKey(lease);

    /// <summary>
    /// The worker; a new incarnation means that the earlier one has lost everything. Null for a late message of an incarnation that was
    /// replaced.
    /// </summary>
    private KnownWorker? Register(WorkerId id, DateTimeOffset at, TimeSpan now)
    {
        if (_workers.TryGetValue(id.Device, out var known) && known.Id != id)
        {
            if (known.Earlier.Contains(id.Incarnation))
                return null;
            TakeAllBack(known, ReturnCause.Died, "the worker died and was restarted", at, now);
            known.Replace(id);
        }

        return Known(id, now);
    }

    private KnownWorker? Known(WorkerId id, TimeSpan heard)
    {
        if (!_workers.TryGetValue(id.Device, out var worker))
            _workers.Add(id.Device, worker = new KnownWorker(id));
        if (worker.Id != id)
            return null;
        worker.Heard = heard;
        return worker;
    }

    private void TakeAllBack(KnownWorker worker, ReturnCause cause, string detail, DateTimeOffset at, TimeSpan now)
    {
        foreach (var held in worker.Units.Keys.GroupBy(lease => lease.Job).ToList())
        {
            if (_jobs.GetValueOrDefault(held.Key) is not { } job)
                continue;
            var settled = job.Ledger.Counts.Settled;
            foreach (var lease in held)
                job.Ledger.TakeBack(lease, cause, detail, at, now);
            if (cause != ReturnCause.Died)
                continue;
            job.LastDeath = detail;
            // A quarantined picture can cause no further death
            job.DeathsInARow = job.Ledger.Counts.Settled > settled ? 0 : job.DeathsInARow + 1;
            if (job.DeathsInARow >= _settings.DeathsInARow)
                _fatal.Add(job);
        }

        worker.DropAll();
    }

    private void Drop(WorkLease lease, WorkerId holder)
    {
        if (_workers.GetValueOrDefault(holder.Device) is { } worker && worker.Id == holder)
            worker.Drop(lease);
    }
}
