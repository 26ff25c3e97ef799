using ActorColorize.Data.Sampling;

namespace ActorColorize.Actors.Loader;

/// <summary>Each picture once, in order, uncropped: for counting, validation and evaluation. An unreadable picture is left out.</summary>
public sealed class OrderedPlan : IBatchPlan
{
    private readonly int[] _items;

    /// <summary>Plans over these pictures of a set.</summary>
    public OrderedPlan(int[] items, int batchSize, int side, bool leavesOutMonochrome)
    {
        ArgumentNullException.ThrowIfNull(items);
        _items = items;
        BatchSize = batchSize;
        Side = side;
        LeavesOutMonochrome = leavesOutMonochrome;
    }

    /// <inheritdoc/>
    public long Batches => (_items.Length + BatchSize - 1) / BatchSize;

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int Side { get; }

    /// <inheritdoc/>
    public bool LeavesOutMonochrome { get; }

    /// <inheritdoc/>
    public int PicturesIn(long batch) => (int)Math.Min(BatchSize, _items.Length - batch * BatchSize);

    /// <inheritdoc/>
    public PictureRequest? RequestFor(long batch, int slot, int substitution) =>
        substitution > 0 ? null : new PictureRequest(_items[batch * BatchSize + slot], Augmentation.None);
}
