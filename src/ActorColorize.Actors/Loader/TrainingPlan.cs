using ActorColorize.Data.Sampling;

namespace ActorColorize.Actors.Loader;

/// <summary>
/// Training batches without end: batch n holds the samples n·B … n·B+B−1, each epoch in a new order. Order, crop, flip, lightness and
/// film are functions of (seed, epoch, position), and of the batch's number where an option begins later: the batch of a step is the same
/// in a resumed run.
/// </summary>
public sealed class TrainingPlan : IBatchPlan
{
    private readonly int[] _items;
    private readonly ulong _seed;
    private readonly AugmentationOptions _options;
    private readonly EpochOrder _order;
    private readonly int _steps;

    /// <summary>Plans over the usable pictures of a set.</summary>
    /// <param name="items">Indices into the picture set; at least one.</param>
    /// <param name="batchSize">Pictures in a batch.</param>
    /// <param name="side">Side of the square pictures, pixels.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="options">How far pictures are varied.</param>
    /// <param name="steps">Batches of the whole schedule: what begins in the course of it is on from its share of these.</param>
    public TrainingPlan(int[] items, int batchSize, int side, ulong seed, AugmentationOptions options, int steps = 1)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Length == 0)
            throw new ArgumentException("there is no picture to train on", nameof(items));
        _items = items;
        _seed = seed;
        _options = options;
        _steps = steps;
        _order = new EpochOrder(items.Length, seed);
        BatchSize = batchSize;
        Side = side;
    }

    /// <inheritdoc/>
    public long Batches => long.MaxValue;

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int Side { get; }

    /// <inheritdoc/>
    public bool LeavesOutMonochrome => false;

    /// <inheritdoc/>
    public int PicturesIn(long batch) => BatchSize;

    /// <inheritdoc/>
    public PictureRequest? RequestFor(long batch, int slot, int substitution)
    {
        if (substitution >= _items.Length)
            return null;
        var sample = SamplePosition.At(batch * BatchSize + slot, _items.Length);
        var position = (int)((sample.Position + (long)substitution) % _items.Length);
        return new PictureRequest(
            _items[_order.ItemAt(sample.Epoch, position)],
            Augmentation.For(_seed, sample.Epoch, position, _options, batch / (double)_steps)
        );
    }
}
