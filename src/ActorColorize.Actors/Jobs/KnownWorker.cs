using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>A worker, its leases, and the jobs that it refuses.</summary>
internal sealed class KnownWorker(WorkerId id)
{
    private static readonly TimeSpan FirstRefusal = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromMinutes(5);

    private readonly Dictionary<WorkLease, TimeSpan> _sent = [];

    internal WorkerId Id { get; private set; } = id;

    internal HashSet<string> Earlier { get; } = [];

    internal int Credit { get; set; }

    internal TimeSpan Heard { get; set; }

    /// <summary>Leases, and whether the worker must have nothing else.</summary>
    internal Dictionary<WorkLease, bool> Units { get; } = [];

    internal Dictionary<JobId, (TimeSpan Until, TimeSpan Length, string Detail)> Refusals { get; } = [];

    /// <summary>Whether it may get another unit.</summary>
    internal bool HasRoom => Units.Count < Credit && !Units.ContainsValue(true);

    internal void Sent(WorkLease lease, TimeSpan now) => _sent[lease] = now;

    internal bool SentBefore(WorkLease lease, TimeSpan time) => !_sent.TryGetValue(lease, out var sent) || sent < time;

    internal bool Refuses(JobId job, TimeSpan now) => Refusals.TryGetValue(job, out var refusal) && now < refusal.Until;

    internal void Refuse(JobId job, string detail, TimeSpan now)
    {
        var length = Refusals.TryGetValue(job, out var before)
            ? TimeSpan.FromTicks(Math.Min(before.Length.Ticks * 2, LongestRefusal.Ticks))
            : FirstRefusal;
        Refusals[job] = (now + length, length, detail);
    }

    internal void Drop(WorkLease lease)
    {
        Units.Remove(lease);
        _sent.Remove(lease);
    }

    internal void DropAll()
    {
        Units.Clear();
        _sent.Clear();
    }

    internal void Replace(WorkerId id)
    {
        Earlier.Add(Id.Incarnation);
        Id = id;
        Credit = 0;
        Refusals.Clear();
    }
}
