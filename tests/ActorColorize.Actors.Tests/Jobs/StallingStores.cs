using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>Stores whose disk is full, or that are broken, as a test requires.</summary>
internal sealed class StallingStores
{
    internal const string Reason = "no space left on the disk";

    private volatile Exception? _fault;
    private volatile Func<StoreChange, bool>? _stallsAt;

    internal void Stall() => _fault = Full();

    /// <summary>From now on commits with such a change fail.</summary>
    internal void StallAt(Func<StoreChange, bool> change) => _stallsAt = change;

    /// <summary>From now on it fails with an unexpected exception.</summary>
    internal void Break(string fault) => _fault = new InvalidOperationException(fault);

    internal void Continue() => (_fault, _stallsAt) = (null, null);

    internal IJobStore Wrap(IJobStore store) => new Store(this, store);

    private static JobStoreException Full() => new(JobStoreFault.Passing, Reason);

    private sealed class Store(StallingStores stores, IJobStore store) : IJobStore
    {
        public long BecomeLeader() => stores._fault is { } fault ? throw fault : store.BecomeLeader();

        public void Commit(long term, long number, IReadOnlyList<StoreChange> changes)
        {
            if (stores._fault is { } fault)
                throw fault;
            if (stores._stallsAt is { } stallsAt && changes.Any(stallsAt))
                throw Full();
            store.Commit(term, number, changes);
        }

        public IReadOnlyList<StoredJob> OpenJobs() => store.OpenJobs();

        public StoredJob? Find(JobId job) => store.Find(job);

        public StoredJob? FindByKey(ClientId client, string key) => store.FindByKey(client, key);

        public IReadOnlyList<StoredUnit> Units(JobId job) => store.Units(job);

        public IReadOnlyList<WorkItem> Unsettled(JobId job, IReadOnlyList<long> numbers) => store.Unsettled(job, numbers);

        public IReadOnlyList<WorkItem> Pending(JobId job, long after, long upTo, int limit) => store.Pending(job, after, upTo, limit);

        public string? LastPath(JobId job) => store.LastPath(job);

        public IEnumerable<SettledPicture> Settled(JobId job) => store.Settled(job);

        public IReadOnlyList<SettledPicture> Settled(JobId job, IReadOnlyList<long> numbers) => store.Settled(job, numbers);

        public IEnumerable<string> Rejected(JobId job) => store.Rejected(job);

        public JobReports.ReviewCounts Reviews(JobId job) => store.Reviews(job);

        public JobReports.JobPage List(JobQueries.List query) => store.List(query);

        public JobReports.ItemPage Items(JobQueries.Items query) => store.Items(query);

        public JobReports.ErrorPage Errors(JobQueries.Errors query) => store.Errors(query);

        public IReadOnlyList<NumberedJobEvent> Events(JobId job, long after, int limit) => store.Events(job, after, limit);

        public IReadOnlyList<JobId> EndedBefore(DateTimeOffset time, DateTimeOffset passing) => store.EndedBefore(time, passing);

        public void Dispose() => store.Dispose();
    }
}
