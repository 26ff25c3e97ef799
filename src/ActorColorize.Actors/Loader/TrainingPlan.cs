using ActorColorize.Data.Sampling;
using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Loader;

/// <summary>
/// Training batches, endless in the last stage: batch n holds the samples that follow those of batch n−1, each epoch in a new order. Order,
/// crop, flip, lightness and film are functions of (seed, epoch, position), and of the batch's number if an option begins later: the batch
/// of a step is the same in a resumed run.
/// </summary>
public sealed class TrainingPlan : IBatchPlan
{
    private readonly int[] _items;
    private readonly ulong _seed;
    private readonly AugmentationOptions _options;
    private readonly EpochOrder _order;
    private readonly ScheduledStage _stage;
    private readonly int _steps;

    /// <summary>Plans the stage that a step belongs to over the usable pictures of a set.</summary>
    /// <param name="items">Indices into the picture set; at least one.</param>
    /// <param name="configuration">Batch, size, stages, and how far pictures are varied.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">A step of the stage, from 0; batches have the numbers of steps.</param>
    public TrainingPlan(int[] items, TrainingConfiguration configuration, ulong seed, long step = 0)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(configuration);
        if (items.Length == 0)
            throw new ArgumentException("there is no picture to train on", nameof(items));
        _items = items;
        _seed = seed;
        _stage = configuration.StageAt(step);
        _options = _stage.Configuration.Augmentation;
        _steps = configuration.Steps;
        _order = new EpochOrder(items.Length, seed);
        BatchSize = _stage.Configuration.BatchSize;
        Side = _stage.Configuration.ImageSize;
    }

    /// <inheritdoc/>
    public long Batches => _stage.EndStep;

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
        var sample = SamplePosition.At(_stage.SamplesBefore(batch) + slot, _items.Length);
        var position = (int)((sample.Position + (long)substitution) % _items.Length);
        var item = _items[_order.ItemAt(sample.Epoch, position)];
        var augmentation = Augmentation.For(_seed, sample.Epoch, position, _options, batch / (double)_steps);
        if (_options is { Flip: true, AlternateFlip: true })
            augmentation = augmentation with { Flip = Augmentation.AlternatingFlip(_seed, sample.Epoch, item) };
        return new PictureRequest(item, augmentation);
    }
}
