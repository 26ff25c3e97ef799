using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Tracks a job's pictures: which are leased, to which worker, under which epoch, and how they ended. Pure state in memory that does not
/// grow with the archive: it holds the open units and a few pictures ahead; everything else is in the job store, which receives every
/// change.
/// <code>
///              grant                    settle
///  pending ──────────▶ leased ─────────────────────────────▶ done, skipped, failed
///     ▲  ▲                │ │ failed for now, tries left               │
///     │  └── after a delay ─┘                                            │ retry-failed
///     │                   │ the worker died, or its lease expired       │
///     │                   ▼                                             │
///     │              suspected: leased alone, to a worker that            │
///     │              has nothing else ──── died on it N times ──▶ quarantined
///     └─────────────────────────────────────────────────────────────────┘
/// </code>
/// Invariants: a picture is settled once, and only under its unit's newest epoch; the counts equal a recount of the store; unit numbers are
/// never reused and epochs only increase, so that no message under an older lease changes anything.
/// </summary>
public sealed class JobLedger
{
    private readonly LedgerSettings _settings;
    private readonly Dictionary<long, OpenUnit> _open = [];
    private readonly Queue<OpenUnit> _returned = new();
    private readonly PriorityQueue<OpenUnit, TimeSpan> _delayed = new();
    private readonly Queue<OpenUnit> _alone = new();
    private readonly PendingItems _pending;
    private List<StoreChange> _changes = [];
    private long _nextUnit;
    private long _lastSequence;

    /// <summary>The ledger of a job that has just been accepted.</summary>
    public JobLedger(JobId job, LedgerSettings settings)
        : this(job, settings, LedgerProgress.None, [], _ => throw new InvalidOperationException("a new job has no units"), default) { }

    /// <summary>The ledger as stored. Each lease gets a full new term, so that its worker can continue.</summary>
    /// <param name="job">The job.</param>
    /// <param name="settings">How work is leased.</param>
    /// <param name="progress">The stored progress.</param>
    /// <param name="units">Its open units.</param>
    /// <param name="unsettled">The pictures of a unit that are not in a terminal state.</param>
    /// <param name="now">The coordinator's clock.</param>
    public JobLedger(
        JobId job,
        LedgerSettings settings,
        LedgerProgress progress,
        IEnumerable<StoredUnit> units,
        Func<StoredUnit, IReadOnlyList<WorkItem>> unsettled,
        TimeSpan now
    )
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(unsettled);
        Job = job;
        _settings = settings;
        (Items, PassedOver, _nextUnit, Counts, _lastSequence) = (
            progress.Items,
            progress.PassedOver,
            progress.NextUnit,
            progress.Counts,
            progress.LastSequence
        );
        foreach (var stored in units)
            Restore(stored, unsettled(stored), now);
        _pending = new PendingItems(progress.Cursor, _open.Values.SelectMany(unit => unit.Open.Keys));
    }

    /// <summary>Called after each change of what is to be saved, offered or loaded.</summary>
    internal Action? Changed { get; set; }

    /// <summary>The job.</summary>
    public JobId Job { get; }

    /// <summary>Pictures found so far.</summary>
    public long Items { get; private set; }

    /// <summary>Entries of the archive that are not part of the job.</summary>
    public long PassedOver { get; private set; }

    /// <summary>Pictures in terminal states.</summary>
    public JobCounts Counts { get; private set; }

    /// <summary>Pictures that are leased to workers.</summary>
    public long Leased => _open.Values.Where(unit => unit.Holder is not null).Sum(unit => (long)unit.Unsettled);

    /// <summary>Whether any unit is leased.</summary>
    public bool HasLeases => _open.Values.Any(unit => unit.Holder is not null);

    /// <summary>When the next picture that waits for a retry is due; null if none waits.</summary>
    public TimeSpan? NextDue => _delayed.TryPeek(out _, out var due) ? due : null;

    /// <summary>Pictures that wait for a retry.</summary>
    public long Delayed => _delayed.UnorderedItems.Sum(entry => (long)entry.Element.Unsettled);

    /// <summary>Pictures that are suspected of killing workers.</summary>
    public long Suspected => _open.Values.LongCount(unit => unit.IsAlone);

    /// <summary>Sequence number of the newest event.</summary>
    public long LastSequence => _lastSequence;

    /// <summary>Whether <see cref="TakeChanges"/> would return any changes.</summary>
    public bool HasChanges => _changes.Count > 0;

    /// <summary>The progress to store.</summary>
    public LedgerProgress Progress => new(Items, PassedOver, _pending.Cursor, _nextUnit, Counts, _lastSequence);

    /// <summary>The changes since the last call, for one commit.</summary>
    public IReadOnlyList<StoreChange> TakeChanges()
    {
        if (_changes.Count == 0)
            return [];
        var changes = _changes;
        _changes = [];
        changes.Add(new StoreChange.ProgressSaved(Job, Progress));
        return changes;
    }

    /// <summary>Adds an event for watchers.</summary>
    public void Record(JobEvents.IJobEvent happened, DateTimeOffset at) =>
        Add(new StoreChange.EventRecorded(Job, ++_lastSequence, at, happened));

    /// <summary>Adds a change from outside the ledger, in order with the ledger's own.</summary>
    public void Add(StoreChange change)
    {
        _changes.Add(change);
        Changed?.Invoke();
    }

    /// <summary>Adds pictures that the walk has found.</summary>
    public void Found(IReadOnlyList<string> relativePaths)
    {
        ArgumentNullException.ThrowIfNull(relativePaths);
        if (relativePaths.Count == 0)
            return;
        Add(new StoreChange.ItemsFound(Job, Items, relativePaths));
        Items += relativePaths.Count;
    }

    /// <summary>Counts an entry that the walk has skipped; the first of them become events for watchers.</summary>
    public void Pass(string path, string reason, DateTimeOffset at)
    {
        const int told = 10_000;
        if (PassedOver++ < told)
            Record(new JobEvents.EntryPassedOver(Job, path, reason), at);
    }

    /// <summary>Counts further entries that are not part of the job.</summary>
    public void PassMore(long entries) => PassedOver += entries;

    /// <summary>
    /// The pending pictures to load so that leasing does not have to wait. Null if enough are in memory or already requested.
    /// </summary>
    /// <returns>The pass that the pictures are for, to be passed to <see cref="Supply"/> with them, and the range of their numbers: greater
    /// than After, up to and including UpTo.</returns>
    public (int Pass, long After, long UpTo)? Wants() => _pending.Wants(Items - 1);

    /// <summary>Adds pending pictures that were loaded from the store.</summary>
    /// <param name="pass">As returned by <see cref="Wants"/>; pictures of an earlier pass are dropped.</param>
    /// <param name="pending">In the order of their numbers.</param>
    /// <param name="upTo">There is no other pending picture up to this number.</param>
    public void Supply(int pass, IReadOnlyList<WorkItem> pending, long upTo)
    {
        ArgumentNullException.ThrowIfNull(pending);
        _pending.Supply(pass, pending, upTo);
        Changed?.Invoke();
    }

    /// <summary>The kind of work that could be leased now.</summary>
    public WorkOffer Offer(TimeSpan now)
    {
        TakeDue(now);
        if (_returned.Count > 0 || (!_pending.IsEmpty && _delayed.Count < _settings.MostDelayedUnits))
            return WorkOffer.Unit;
        return _alone.Count > 0 ? WorkOffer.Alone : WorkOffer.Nothing;
    }

    /// <summary>Leases the work that <see cref="Offer"/> reported.</summary>
    /// <exception cref="InvalidOperationException">There is no work to grant.</exception>
    public WorkUnit Grant(WorkerId worker, JobSpecification specification, TimeSpan now)
    {
        var unit = NextToGrant(now);
        unit.Epoch++;
        unit.Holder = worker;
        unit.Deadline = now + _settings.LeaseFor + _settings.Grace;
        Add(new StoreChange.UnitSaved(Job, unit.ToStored()));
        return ToWork(unit, specification);
    }

    /// <summary>The unsettled pictures of a leased unit, for a worker that the unit did not reach; null if the lease has ended.</summary>
    public WorkUnit? GrantAgain(WorkLease lease, JobSpecification specification) =>
        Held(lease) is { } unit ? ToWork(unit, specification) : null;

    /// <summary>Renews a lease.</summary>
    /// <returns>False if it has ended, or belongs to another worker.</returns>
    public bool Renew(WorkLease lease, WorkerId worker, TimeSpan now)
    {
        if (Held(lease) is not { } unit || unit.Holder != worker)
            return false;
        unit.Deadline = now + _settings.LeaseFor + _settings.Grace;
        return true;
    }

    /// <summary>Settles pictures under a lease.</summary>
    /// <returns>Whether the lease holds, and whether the unit is complete. Pictures that are already settled change nothing.</returns>
    public Settlement Settle(WorkLease lease, IReadOnlyList<SettledItem> items, DateTimeOffset at, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (Held(lease) is not { } unit)
            return Settlement.LeaseLost;
        foreach (var settled in items)
        {
            if (!unit.Open.Remove(settled.Number, out var item))
                continue;
            if (settled.Outcome is ItemOutcome.Failed { IsTransient: true } && unit.Attempt < _settings.MaximumAttempts)
                unit.FailedForNow.Add(settled.Number, item);
            else
                Settle(item, settled.Outcome, unit.Attempt, at);
        }

        unit.Deadline = now + _settings.LeaseFor + _settings.Grace;
        if (unit.Open.Count > 0)
            return Settlement.Taken;
        unit.Holder = null;
        if (unit.FailedForNow.Count > 0)
            Delay(unit, now);
        else
            Close(unit);
        return Settlement.UnitOver;
    }

    /// <summary>Returns a unit to the ledger.</summary>
    /// <returns>False if the lease has already ended.</returns>
    public bool TakeBack(WorkLease lease, ReturnCause cause, string detail, DateTimeOffset at, TimeSpan now)
    {
        if (Held(lease) is not { } unit)
            return false;
        TakeBack(unit, cause, detail, at, now);
        return true;
    }

    /// <summary>Returns all units whose leases have expired to the ledger.</summary>
    /// <returns>The expired leases with their workers.</returns>
    public IReadOnlyList<(WorkLease Lease, WorkerId Holder)> TakeBackExpired(DateTimeOffset at, TimeSpan now)
    {
        var lapsed = _open.Values.Where(unit => unit.Holder is not null && unit.Deadline < now).ToList();
        var leases = lapsed.ConvertAll(unit => (unit.Lease(Job), unit.Holder!));
        foreach (var unit in lapsed)
            TakeBack(unit, ReturnCause.Lapsed, "its lease expired", at, now);
        return leases;
    }

    /// <summary>Numbers of the leased pictures.</summary>
    public IReadOnlySet<long> LeasedNumbers() =>
        _open.Values.Where(unit => unit.Holder is not null).SelectMany(unit => unit.Open.Keys.Concat(unit.FailedForNow.Keys)).ToHashSet();

    /// <summary>All leases with their workers.</summary>
    public IEnumerable<(WorkLease Lease, WorkerId Holder, bool IsAlone)> Leases() =>
        _open.Values.Where(unit => unit.Holder is not null).Select(unit => (unit.Lease(Job), unit.Holder!, unit.IsAlone));

    /// <summary>Makes failed pictures pending again and begins a new pass over the pending ones.</summary>
    public void Reopen(bool quarantined)
    {
        // A picture that an open unit has settled as failed is pending again and no longer belongs to that unit.
        foreach (var unit in _open.Values)
            Add(new StoreChange.UnitSaved(Job, unit.ToStored()));
        Add(new StoreChange.FailedReopened(Job, quarantined));
        Counts = Counts with { Failed = 0, Quarantined = quarantined ? 0 : Counts.Quarantined };
        _pending.BeginPass(_open.Values.SelectMany(unit => unit.Open.Keys.Concat(unit.FailedForNow.Keys)));
    }

    private WorkUnit ToWork(OpenUnit unit, JobSpecification specification) =>
        new(Job, unit.Number, new LeaseEpoch(unit.Epoch), [.. unit.Open.Values.OrderBy(item => item.Number)], specification);

    private void Restore(StoredUnit stored, IReadOnlyList<WorkItem> unsettled, TimeSpan now)
    {
        var unit = new OpenUnit(stored.Number, unsettled, stored.Attempt)
        {
            Epoch = stored.Epoch,
            Holder = stored.Holder,
            IsAlone = stored.IsAlone,
            Deaths = stored.Deaths,
            Lapses = stored.Lapses,
            Deadline = now + _settings.LeaseFor + _settings.Grace,
        };
        _open.Add(unit.Number, unit);
        if (unit.Open.Count == 0)
            Close(unit);
        else if (unit.Holder is null)
            Enqueue(unit);
    }

    private OpenUnit NextToGrant(TimeSpan now)
    {
        TakeDue(now);
        if (_returned.TryDequeue(out var returned))
            return returned;
        return _pending.IsEmpty || _delayed.Count >= _settings.MostDelayedUnits
            ? _alone.Dequeue()
            : Opened(new OpenUnit(_nextUnit++, _pending.Take(_settings.ItemsPerUnit), attempt: 1));
    }

    private OpenUnit Opened(OpenUnit unit)
    {
        _open.Add(unit.Number, unit);
        return unit;
    }

    private void TakeDue(TimeSpan now)
    {
        while (_delayed.TryPeek(out var unit, out var due) && due <= now)
        {
            _delayed.Dequeue();
            Enqueue(unit);
        }
    }

    private OpenUnit? Held(WorkLease lease) =>
        lease.Job == Job && _open.GetValueOrDefault(lease.Unit) is { Holder: not null } unit && unit.Epoch == lease.Epoch.Number
            ? unit
            : null;

    private void Settle(WorkItem item, ItemOutcome outcome, int attempts, DateTimeOffset at)
    {
        Counts = Counts.With(outcome);
        Add(new StoreChange.ItemSettled(Job, ++_lastSequence, at, item, outcome, attempts));
    }

    private void TakeBack(OpenUnit unit, ReturnCause cause, string detail, DateTimeOffset at, TimeSpan now)
    {
        unit.Holder = null;
        if (cause == ReturnCause.Lapsed)
            unit.Lapses++;
        var blamed = cause == ReturnCause.Died || (cause == ReturnCause.Lapsed && (unit.IsAlone || unit.Lapses > 1));
        if (!blamed)
            Await(unit);
        else if (!unit.IsAlone)
            Isolate(unit, now);
        else if (++unit.Deaths < _settings.DeathsUntilQuarantine)
            Await(unit);
        else
            Quarantine(unit, detail, at);
    }

    /// <summary>Any of the pictures may be the cause: each is leased alone from now on.</summary>
    private void Isolate(OpenUnit unit, TimeSpan now)
    {
        foreach (var item in unit.Open.Values.OrderBy(item => item.Number))
            Await(Opened(new OpenUnit(_nextUnit++, [item], unit.Attempt) { IsAlone = true }));
        unit.Open.Clear();
        if (unit.FailedForNow.Count > 0)
            Delay(unit, now);
        else
            Close(unit);
    }

    private void Quarantine(OpenUnit unit, string detail, DateTimeOffset at)
    {
        foreach (var item in unit.Open.Values)
            Settle(item, new ItemOutcome.Quarantined(unit.Deaths, detail), unit.Attempt + unit.Deaths, at);
        Close(unit);
    }

    private void Await(OpenUnit unit)
    {
        Reunite(unit);
        Enqueue(unit);
    }

    private void Delay(OpenUnit unit, TimeSpan now)
    {
        var due = now + _settings.RetryAfter * Math.Pow(5, unit.Attempt - 1);
        unit.Attempt++;
        Reunite(unit);
        _delayed.Enqueue(unit, due);
    }

    private void Reunite(OpenUnit unit)
    {
        foreach (var (number, item) in unit.FailedForNow)
            unit.Open.Add(number, item);
        unit.FailedForNow.Clear();
        Add(new StoreChange.UnitSaved(Job, unit.ToStored()));
    }

    private void Enqueue(OpenUnit unit)
    {
        if (unit.IsAlone)
            _alone.Enqueue(unit);
        else
            _returned.Enqueue(unit);
    }

    private void Close(OpenUnit unit)
    {
        _open.Remove(unit.Number);
        Add(new StoreChange.UnitClosed(Job, unit.Number));
    }
}
