using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>A job with everything that its ledger starts from.</summary>
/// <param name="Stored">The job.</param>
/// <param name="Units">Its open units.</param>
/// <param name="Unsettled">Pictures of each unit that are not in a terminal state.</param>
/// <param name="LastPath">The last picture that was found.</param>
internal sealed record LoadedJob(
    StoredJob Stored,
    IReadOnlyList<StoredUnit> Units,
    IReadOnlyDictionary<long, IReadOnlyList<WorkItem>> Unsettled,
    string? LastPath
)
{
    internal static LoadedJob Of(IJobStore store, StoredJob job)
    {
        var units = store.Units(job.State.Job);
        return new LoadedJob(
            job,
            units,
            units.ToDictionary(unit => unit.Number, unit => store.Unsettled(job.State.Job, unit.Items)),
            store.LastPath(job.State.Job)
        );
    }

    internal JobLedger ToLedger(LedgerSettings settings, TimeSpan now) =>
        new(Stored.State.Job, settings, Stored.Progress, Units, unit => Unsettled[unit.Number], now);
}
