using ActorColorize.Protocol;

namespace ActorColorize.Actors.Output;

/// <summary>
/// The folders, without symbolic links, that the output paths of the latest jobs led to when their first picture was written: a link that
/// is changed in the middle of a job must not divide its results.
/// </summary>
internal sealed class OutputRoots
{
    private const int MostJobs = 1_000;

    private readonly Dictionary<JobId, string> _known = [];
    private readonly Queue<JobId> _order = new();

    /// <summary>The folder of a job; null before its first picture.</summary>
    internal string? Find(JobId job) => _known.GetValueOrDefault(job);

    /// <summary>Keeps the folder of a job's first picture; the oldest job is forgotten when there are too many.</summary>
    internal void Keep(JobId job, string folder)
    {
        if (!_known.TryAdd(job, folder))
            return;
        _order.Enqueue(job);
        if (_order.Count > MostJobs)
            _known.Remove(_order.Dequeue());
    }
}
