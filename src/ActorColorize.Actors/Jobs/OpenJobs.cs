using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The jobs that the coordinator has in memory, with an index for each query over all of them, so that no operation visits all jobs: the
/// job of a client's key, the first job of an output folder, the next pause to end.
/// </summary>
internal sealed class OpenJobs
{
    private readonly Dictionary<JobId, JobEntry> _jobs = [];
    private readonly Dictionary<(ClientId Client, string Key), JobEntry> _byKey = [];
    private readonly Dictionary<string, SortedSet<JobEntry>> _byOutput = [];
    private readonly SortedSet<string> _outputs = new(StringComparer.Ordinal); // the keys of _byOutput
    private readonly Dictionary<JobId, HashSet<JobEntry>> _reruns = [];
    private readonly SortedSet<(DateTimeOffset Until, JobId Job)> _pauses = new(EarliestFirst.Instance);

    internal int Count => _jobs.Count;

    internal IReadOnlyCollection<JobEntry> All => _jobs.Values;

    internal bool Contains(JobId job) => _jobs.ContainsKey(job);

    internal JobEntry? Find(JobId job) => _jobs.GetValueOrDefault(job);

    internal JobEntry? Find(ClientId client, string key) => _byKey.GetValueOrDefault((client, key));

    internal void Add(JobEntry entry)
    {
        _jobs.Add(entry.Job, entry);
        _byKey[(entry.State.Origin.Client, entry.State.Origin.Key)] = entry;
        if (entry.State.Specification.RejectedOf is { } other)
        {
            if (!_reruns.TryGetValue(other, out var reruns))
                _reruns.Add(other, reruns = []);
            reruns.Add(entry);
        }
    }

    internal void Remove(JobEntry entry)
    {
        _jobs.Remove(entry.Job);
        _byKey.Remove((entry.State.Origin.Client, entry.State.Origin.Key));
        if (entry.PauseUntil is { } until)
            _pauses.Remove((until, entry.Job));
        if (
            entry.State.Specification.RejectedOf is { } other
            && _reruns.TryGetValue(other, out var reruns)
            && reruns.Remove(entry)
            && reruns.Count == 0
        )
            _reruns.Remove(other);
    }

    /// <summary>
    /// An open job that colours the rejected pictures of a job again and has not found all of them; null if there is none.
    /// </summary>
    internal JobId? RerunsOf(JobId job) =>
        _reruns.TryGetValue(job, out var reruns) ? reruns.FirstOrDefault(entry => entry.State.Scans)?.Job : null;

    /// <summary>Brings the indexes up to date with the job's state.</summary>
    /// <returns>The jobs that now come first in the output folder, or no longer do.</returns>
    internal IReadOnlyList<JobEntry> Update(JobEntry entry)
    {
        var pauseUntil = entry.State.Pauses.Min(pause => pause.Until); // null if none is limited
        if (pauseUntil != entry.PauseUntil)
        {
            if (entry.PauseUntil is { } before)
                _pauses.Remove((before, entry.Job));
            if (pauseUntil is { } until)
                _pauses.Add((until, entry.Job));
            entry.PauseUntil = pauseUntil;
        }

        if (entry.IsInOutputQueue == !entry.State.IsOver)
            return [];
        entry.IsInOutputQueue = !entry.State.IsOver;
        return entry.IsInOutputQueue ? Enter(entry) : Leave(entry);
    }

    /// <summary>
    /// The job that writes into the same folder and was submitted first: two at the same time would undo each other's work.
    /// </summary>
    /// <returns>Null if it is this one.</returns>
    internal JobEntry? Before(JobEntry entry) =>
        _byOutput.TryGetValue(entry.State.Specification.OutputRoot, out var queue) && queue.Min != entry ? queue.Min : null;

    /// <summary>An open job whose output folder is above or below this one: each would take the other's results for its own.</summary>
    /// <param name="output">Full path of the folder.</param>
    /// <returns>Null if there is none; jobs of the very same folder wait for each other.</returns>
    internal JobEntry? Around(string output)
    {
        for (var above = Path.GetDirectoryName(output); above is not null; above = Path.GetDirectoryName(above))
        {
            if (_byOutput.TryGetValue(above, out var queue))
                return queue.Min;
        }

        // Everything that begins with the folder and a separator, whose successor in the order of characters ends it.
        var prefix = output.TrimEnd(Path.DirectorySeparatorChar);
        var (from, to) = (prefix + Path.DirectorySeparatorChar, prefix + (char)(Path.DirectorySeparatorChar + 1));
        return _outputs.GetViewBetween(from, to).Min is { } below && below.StartsWith(from, StringComparison.Ordinal)
            ? _byOutput[below].Min
            : null;
    }

    /// <summary>The jobs with an expired pause.</summary>
    internal IReadOnlyList<JobEntry> WithExpiredPause(DateTimeOffset now) =>
        [.. _pauses.TakeWhile(pause => pause.Until <= now).Select(pause => _jobs[pause.Job])];

    private JobEntry[] Enter(JobEntry entry)
    {
        var root = entry.State.Specification.OutputRoot;
        if (!_byOutput.TryGetValue(root, out var queue))
        {
            _byOutput.Add(root, queue = new SortedSet<JobEntry>(OldestFirst.Instance));
            _outputs.Add(root);
        }

        var first = queue.Min;
        queue.Add(entry);
        return queue.Min != entry ? []
            : first is null ? [entry]
            : [entry, first];
    }

    private JobEntry[] Leave(JobEntry entry)
    {
        var root = entry.State.Specification.OutputRoot;
        var queue = _byOutput[root];
        var wasFirst = queue.Min == entry;
        queue.Remove(entry);
        if (queue.Count == 0)
        {
            _byOutput.Remove(root);
            _outputs.Remove(root);
        }

        return wasFirst && queue.Min is { } next ? [entry, next] : [];
    }

    private sealed class OldestFirst : IComparer<JobEntry>
    {
        internal static readonly OldestFirst Instance = new();

        public int Compare(JobEntry? x, JobEntry? y) =>
            x!.State.Origin.At.CompareTo(y!.State.Origin.At) is not 0 and var byAge
                ? byAge
                : string.CompareOrdinal(x.Job.Value, y.Job.Value);
    }

    private sealed class EarliestFirst : IComparer<(DateTimeOffset Until, JobId Job)>
    {
        internal static readonly EarliestFirst Instance = new();

        public int Compare((DateTimeOffset Until, JobId Job) x, (DateTimeOffset Until, JobId Job) y) =>
            x.Until.CompareTo(y.Until) is not 0 and var byTime ? byTime : string.CompareOrdinal(x.Job.Value, y.Job.Value);
    }
}
