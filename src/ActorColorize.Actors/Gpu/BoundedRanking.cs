namespace ActorColorize.Actors.Gpu;

/// <summary>The best few of many, in memory that does not grow with the many. Of equals, the one that came first is kept.</summary>
/// <typeparam name="T">What is kept.</typeparam>
/// <param name="capacity">How many are kept.</param>
public sealed class BoundedRanking<T>(int capacity)
{
    // The least comes out first: the worst of those kept, and of equals the latest.
    private readonly PriorityQueue<T, (double Rank, long Age)> _kept = new();
    private long _seen;

    /// <summary>Whether something of this rank would be kept: to be asked before it is made, where making it costs something.</summary>
    public bool Takes(double rank) => capacity > 0 && (_kept.Count < capacity || _kept.TryPeek(out _, out var least) && rank > least.Rank);

    /// <summary>Keeps it if it is among the best so far.</summary>
    public void Add(double rank, T item)
    {
        if (!Takes(rank))
            return;
        if (_kept.Count == capacity)
            _kept.Dequeue();
        _kept.Enqueue(item, (rank, -_seen++));
    }

    /// <summary>What is kept, the best first.</summary>
    public IReadOnlyList<T> BestFirst() =>
        [.. _kept.UnorderedItems.OrderByDescending(static entry => entry.Priority).Select(static entry => entry.Element)];
}
