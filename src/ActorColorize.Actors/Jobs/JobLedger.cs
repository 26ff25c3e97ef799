using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Which units of a job are lent, under which epoch, and which of their pictures are still open. Pure bookkeeping; its law: a picture is settled
/// exactly once, and only under its unit's newest epoch.
/// </summary>
public sealed class JobLedger(JobId job, JobSpecification specification)
{
    private readonly Dictionary<long, OpenUnit> _open = [];
    private long _nextUnit;

    /// <summary>How often a unit may be lent; a picture still open after that is given up.</summary>
    public const int MaximumGrants = 3;

    /// <summary>Counts of settled pictures.</summary>
    public JobCounts Counts { get; private set; }

    /// <summary>Whether nothing is lent.</summary>
    public bool IsIdle => _open.Count == 0;

    /// <summary>Lends new pictures as a unit.</summary>
    public WorkUnit Grant(IReadOnlyList<WorkItem> items)
    {
        var unit = new WorkUnit(job, _nextUnit++, new LeaseEpoch(1), items, specification);
        _open.Add(unit.Number, new OpenUnit(unit, [.. items.Select(item => item.Number)]));
        return unit;
    }

    /// <summary>Takes a picture's terminal state; false where the lease is not the newest or the picture is settled already.</summary>
    public bool Settle(long unit, LeaseEpoch epoch, long item, ItemOutcome outcome)
    {
        if (!_open.TryGetValue(unit, out var open) || open.Unit.Epoch != epoch || !open.Unsettled.Remove(item)) return false;
        Counts = Counts.With(outcome);
        if (open.Unsettled.Count == 0) _open.Remove(unit);
        return true;
    }

    /// <summary>The picture of an open unit.</summary>
    public WorkItem? ItemOf(long unit, long item) => _open.GetValueOrDefault(unit)?.Unit.Items.FirstOrDefault(candidate => candidate.Number == item);

    /// <summary>
    /// Fences every lent unit and lends what is open of it anew under the next epoch; pictures of a unit that was lent too often are given up.
    /// </summary>
    public (IReadOnlyList<WorkUnit> Again, IReadOnlyList<WorkUnit> GivenUp) RegrantAll()
    {
        var again = new List<WorkUnit>();
        var givenUp = new List<WorkUnit>();
        foreach (var (number, open) in _open.ToArray())
        {
            var next = open.Unit with
            {
                Epoch = open.Unit.Epoch.Next,
                Items = [.. open.Unit.Items.Where(item => open.Unsettled.Contains(item.Number))],
            };
            _open[number] = open with { Unit = next };
            (next.Epoch.Number > MaximumGrants ? givenUp : again).Add(next);
        }

        return (again, givenUp);
    }

    private sealed record OpenUnit(WorkUnit Unit, HashSet<long> Unsettled);
}
