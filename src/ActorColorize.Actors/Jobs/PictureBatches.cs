using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Pages of pictures that are to pass through the network. Those that fit together are collected in a group; when the group reaches the
/// batch
/// size, or one of its units has been read to its end, it becomes a batch, which is kept until the network has answered.
/// </summary>
internal sealed class PictureBatches
{
    private readonly Dictionary<GroupKey, List<PageAtWork>> _groups = [];
    private readonly SortedDictionary<long, PictureBatch> _batches = [];
    private long _last;

    /// <summary>All batches, the oldest first.</summary>
    internal IReadOnlyCollection<PictureBatch> All => _batches.Values;

    /// <summary>Adds a page that has been read.</summary>
    /// <returns>Whether this completes a batch.</returns>
    internal bool Add(PageAtWork page)
    {
        var key = new GroupKey(page.Picture.Unit.Unit.Specification, page.Thumbnail.Width, page.Thumbnail.Height);
        if (!_groups.TryGetValue(key, out var group))
            _groups.Add(key, group = []);
        group.Add(page);
        if (group.Count < key.Specification.BatchSize)
            return false;
        Complete(key);
        return true;
    }

    /// <summary>The unit has been read to its end: its pictures wait for no further ones.</summary>
    internal void Complete(UnitAtWork unit)
    {
        foreach (
            var key in _groups.Where(group => group.Value.Exists(page => page.Picture.Unit == unit)).Select(group => group.Key).ToArray()
        )
            Complete(key);
    }

    /// <summary>Takes out a batch that the network has answered.</summary>
    internal PictureBatch? Take(long number) => _batches.Remove(number, out var batch) ? batch : null;

    /// <summary>Drops pictures that are no longer wanted from the groups, and unsent batches in which no picture is wanted.</summary>
    internal void DropUnwanted()
    {
        foreach (var (key, group) in _groups.ToArray())
        {
            group.RemoveAll(static page => !page.Picture.IsWanted);
            if (group.Count == 0)
                _groups.Remove(key);
        }

        foreach (
            var batch in _batches
                .Values.Where(batch => !batch.IsSent && !batch.Pages.Exists(static page => page.Picture.IsWanted))
                .ToArray()
        )
            _batches.Remove(batch.Number);
    }

    private void Complete(GroupKey key)
    {
        _groups.Remove(key, out var group);
        _batches.Add(++_last, new PictureBatch(_last, key.Specification, group!));
    }

    /// <summary>What the pictures of a batch have in common: the job's settings and the size.</summary>
    private sealed record GroupKey(JobSpecification Specification, int Width, int Height);
}

/// <summary>Pages for the network; most pictures have one.</summary>
internal sealed class PictureBatch(long number, JobSpecification specification, List<PageAtWork> pages)
{
    internal long Number { get; } = number;

    internal JobSpecification Specification { get; } = specification;

    internal List<PageAtWork> Pages { get; } = pages;

    internal string Model => Specification.ModelPath;

    internal bool IsSent { get; set; }
}
