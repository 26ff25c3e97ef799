using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The jobs that have something to grant, by client, in the order in which a client's jobs are served. Only jobs that have changed since
/// the last update, and those whose retry delay has elapsed, are visited.
/// </summary>
/// <param name="share">Chooses among clients.</param>
internal sealed class ReadyJobs(FairShare share)
{
    private readonly Dictionary<JobId, Entry> _entries = [];
    private readonly Dictionary<ClientId, ClientJobs> _byClient = [];
    private readonly HashSet<JobAtWork> _changed = [];
    private readonly PriorityQueue<JobId, TimeSpan> _delayed = new();

    /// <summary>Adds a job.</summary>
    internal void Add(JobAtWork job)
    {
        _entries.Add(job.State.Job, new Entry(job));
        share.Add(job.State.Origin.Client);
        job.Changed += OnChanged;
        _changed.Add(job);
    }

    /// <summary>Removes a job.</summary>
    internal void Remove(JobAtWork job)
    {
        if (!_entries.TryGetValue(job.State.Job, out var entry))
            return;
        job.Changed -= OnChanged;
        _changed.Remove(job);
        Move(entry, null);
        _entries.Remove(job.State.Job);
        share.Remove(job.State.Origin.Client);
    }

    /// <summary>Brings the order up to date.</summary>
    /// <returns>Whether any job is ready.</returns>
    internal bool Update(TimeSpan now)
    {
        while (_delayed.TryPeek(out var id, out var due) && due <= now)
        {
            _delayed.Dequeue();
            if (!_entries.TryGetValue(id, out var entry) || entry.Wakes != due)
                continue;
            entry.Wakes = null;
            _changed.Add(entry.Job);
        }

        foreach (var job in _changed)
            Update(_entries[job.State.Job], now);
        _changed.Clear();
        return _byClient.Count > 0;
    }

    /// <summary>The job to be served next, as of the last update.</summary>
    /// <param name="isRefused">Whether the worker refuses a job.</param>
    internal JobAtWork? Choose(Predicate<JobAtWork> isRefused)
    {
        var candidates = new List<JobState>(_byClient.Count); // a client's first job that is not refused
        foreach (var client in _byClient.Values)
        {
            if (!isRefused(client.First))
                candidates.Add(client.First.State);
            else if (client.Places.Select(place => _entries[place.Job].Job).FirstOrDefault(job => !isRefused(job)) is { } other)
                candidates.Add(other.State);
        }

        return share.Choose(candidates) is { } chosen ? _entries[chosen.Job].Job : null;
    }

    private void OnChanged(JobAtWork job) => _changed.Add(job);

    private void Update(Entry entry, TimeSpan now)
    {
        var job = entry.Job;
        var isReady = job.State.GrantsWork && job.Ledger.Offer(now) != WorkOffer.Nothing;
        Move(entry, isReady ? new Place(job.State.Priority, job.State.Job) : null);
        if (isReady || !job.State.GrantsWork || job.Ledger.NextDue is not { } due || entry.Wakes == due)
            return;
        entry.Wakes = due;
        _delayed.Enqueue(job.State.Job, due);
    }

    private void Move(Entry entry, Place? place)
    {
        if (entry.Place == place)
            return;
        var client = entry.Job.State.Origin.Client;
        if (!_byClient.TryGetValue(client, out var jobs))
            _byClient.Add(client, jobs = new ClientJobs());
        if (entry.Place is { } left)
            jobs.Places.Remove(left);
        if (place is { } taken)
            jobs.Places.Add(taken);
        entry.Place = place;
        if (jobs.Places.Count == 0)
            _byClient.Remove(client);
        else
            jobs.First = _entries[jobs.Places.Min.Job].Job;
    }

    private sealed class Entry(JobAtWork job)
    {
        internal JobAtWork Job { get; } = job;

        /// <summary>Its place among its client's ready jobs; null while it is not ready.</summary>
        internal Place? Place { get; set; }

        /// <summary>When it is visited again for a picture that waits for a retry.</summary>
        internal TimeSpan? Wakes { get; set; }
    }

    /// <summary>A client's ready jobs.</summary>
    private sealed class ClientJobs
    {
        internal SortedSet<Place> Places { get; } = new(MostUrgentFirst.Instance);

        /// <summary>The job of the first place; they are kept in step by <see cref="Move"/>.</summary>
        internal JobAtWork First { get; set; } = null!;
    }

    private readonly record struct Place(JobPriority Priority, JobId Job);

    /// <summary>The most urgent job first, and of those the oldest.</summary>
    private sealed class MostUrgentFirst : IComparer<Place>
    {
        internal static readonly MostUrgentFirst Instance = new();

        public int Compare(Place x, Place y) =>
            x.Priority == y.Priority ? string.CompareOrdinal(x.Job.Value, y.Job.Value) : y.Priority.CompareTo(x.Priority);
    }
}
