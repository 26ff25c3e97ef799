using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The pending pictures of a job that are in memory, a few hundred ahead of what is granted; the store has the rest. They are loaded in the
/// order of their numbers; retrying failed pictures begins a new pass.
/// </summary>
/// <param name="cursor">Pictures up to this number were taken before.</param>
/// <param name="inOpenUnits">Numbers of the pictures that are pending in the store but belong to open units.</param>
internal sealed class PendingItems(long cursor, IEnumerable<long> inOpenUnits)
{
    private const int LowWater = 128;

    private readonly Queue<WorkItem> _ahead = new();
    private HashSet<long> _inOpenUnits = [.. inOpenUnits];
    private long _loadedUpTo = cursor;
    private int _pass;
    private bool _isLoading;

    /// <summary>Pictures up to this number were taken; -1 at the start of a pass.</summary>
    internal long Cursor { get; private set; } = cursor;

    /// <summary>Whether none is in memory.</summary>
    internal bool IsEmpty => _ahead.Count == 0;

    /// <summary>The range to load; null if enough are in memory or already requested.</summary>
    /// <param name="last">Number of the last picture that was found.</param>
    internal (int Pass, long After, long UpTo)? Wants(long last)
    {
        if (_isLoading || _ahead.Count >= LowWater || _loadedUpTo >= last)
            return null;
        _isLoading = true;
        return (_pass, _loadedUpTo, last);
    }

    /// <summary>Adds pictures that were loaded from the store; those of an earlier pass are dropped.</summary>
    internal void Supply(int pass, IReadOnlyList<WorkItem> pending, long upTo)
    {
        if (pass != _pass)
            return;
        _isLoading = false;
        foreach (var item in pending.Where(item => !_inOpenUnits.Contains(item.Number)))
            _ahead.Enqueue(item);
        _loadedUpTo = Math.Max(_loadedUpTo, upTo);
    }

    /// <summary>Takes the pictures of the next unit: at most this many, and no more bytes than a unit may have.</summary>
    internal List<WorkItem> Take(int most)
    {
        var items = new List<WorkItem>(most);
        for (
            var bytes = 0;
            items.Count < most && bytes < WorkUnitSize.Budget && _ahead.TryDequeue(out var item);
            bytes += WorkUnitSize.Of(item)
        )
            items.Add(item);
        Cursor = items[^1].Number;
        return items;
    }

    /// <summary>Begins again with the first picture.</summary>
    internal void BeginPass(IEnumerable<long> openUnitItems)
    {
        _inOpenUnits = [.. openUnitItems];
        _ahead.Clear();
        (Cursor, _loadedUpTo, _isLoading) = (-1, -1, false);
        _pass++;
    }
}
