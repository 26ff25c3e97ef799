using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>A unit that is leased or waits to be: the ledger's record of it.</summary>
internal sealed class OpenUnit(long number, IEnumerable<WorkItem> items, int attempt)
{
    internal long Number { get; } = number;

    internal int Epoch { get; set; }

    internal WorkerId? Holder { get; set; }

    /// <summary>When its lease expires, on the coordinator's monotonic clock.</summary>
    internal TimeSpan Deadline { get; set; }

    /// <summary>Pictures that are not settled.</summary>
    internal Dictionary<long, WorkItem> Open { get; } = items.ToDictionary(item => item.Number);

    /// <summary>Pictures that failed under this lease with a transient failure.</summary>
    internal Dictionary<long, WorkItem> FailedForNow { get; } = [];

    internal bool IsAlone { get; init; }

    internal int Attempt { get; set; } = attempt;

    internal int Deaths { get; set; }

    internal int Lapses { get; set; }

    internal int Unsettled => Open.Count + FailedForNow.Count;

    internal WorkLease Lease(JobId job) => new(job, Number, new LeaseEpoch(Epoch));

    internal StoredUnit ToStored() =>
        new(Number, Epoch, Holder, [.. Open.Keys.Concat(FailedForNow.Keys).Order()], IsAlone, Attempt, Deaths, Lapses);
}
