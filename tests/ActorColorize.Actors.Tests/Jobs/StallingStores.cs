using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>Stores whose disk is full when a test says so.</summary>
internal sealed class StallingStores
{
    internal const string Reason = "no space left on the disk";

    private volatile bool _isFull;

    internal void Stall() => _isFull = true;

    internal void GoOn() => _isFull = false;

    internal IJobStore Wrap(IJobStore store) => new Store(this, store);

    private sealed class Store(StallingStores stores, IJobStore store) : IJobStore
    {
        public long TakeOffice() => stores._isFull ? throw Full() : store.TakeOffice();

        public void Commit(long term, long number, IReadOnlyList<StoreChange> changes)
        {
            if (stores._isFull) throw Full();
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

        public JobReports.JobPage List(JobQueries.List query) => store.List(query);

        public JobReports.ItemPage Items(JobQueries.Items query) => store.Items(query);

        public JobReports.ErrorPage Errors(JobQueries.Errors query) => store.Errors(query);

        public IReadOnlyList<NumberedJobEvent> Events(JobId job, long after, int limit) => store.Events(job, after, limit);

        public IReadOnlyList<JobId> EndedBefore(DateTimeOffset time, DateTimeOffset passing) => store.EndedBefore(time, passing);

        public void Dispose() => store.Dispose();

        private static JobStoreException Full() => new(JobStoreFault.Passing, Reason);
    }
}
