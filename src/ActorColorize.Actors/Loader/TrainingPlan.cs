using ActorColorize.Data.Sampling;
using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Loader;

/// <summary>
/// Training batches, endless in the last stage: batch n holds the samples that follow those of batch n−1, each epoch in a new order. Order,
/// crop, flip, lightness and film are functions of (seed, epoch, position), and of the batch's number if an option begins later: the batch
/// of a step is the same in a resumed run. Several datasets are mixed in fixed shares, each with an order and epochs of its own.
/// </summary>
public sealed class TrainingPlan : IBatchPlan
{
    private readonly IReadOnlyList<Source> _sources;
    private readonly SourceMix _mix;
    private readonly AugmentationOptions _options;
    private readonly ScheduledStage _stage;
    private readonly int _steps;

    /// <summary>Plans the stage that a step belongs to over the usable pictures of a set.</summary>
    /// <param name="items">Indices into the picture set; at least one.</param>
    /// <param name="configuration">Batch, size, stages, and how far pictures are varied.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">A step of the stage, from 0; batches have the numbers of steps.</param>
    public TrainingPlan(int[] items, TrainingConfiguration configuration, ulong seed, long step = 0)
        : this([items], [1], configuration, seed, step) { }

    /// <summary>Plans the stage that a step belongs to over the usable pictures of several datasets.</summary>
    /// <param name="sources">For each dataset, indices into the picture set; at least one.</param>
    /// <param name="shares">The share of each dataset in the samples.</param>
    /// <param name="configuration">Batch, size, stages, and how far pictures are varied.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">A step of the stage, from 0; batches have the numbers of steps.</param>
    public TrainingPlan(
        IReadOnlyList<int[]> sources,
        IReadOnlyList<double> shares,
        TrainingConfiguration configuration,
        ulong seed,
        long step
    )
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(configuration);
        if (sources.Any(static items => items.Length == 0))
            throw new ArgumentException("there is no picture to train on", nameof(sources));
        _sources = [.. sources.Select((items, i) => Source.Of(items, SourceMix.SeedOf(seed, i)))];
        _mix = new SourceMix(shares, seed);
        _stage = configuration.StageAt(step);
        _options = _stage.Configuration.Augmentation;
        _steps = configuration.Steps;
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
        var (number, sampleNumber) = _mix.At(_stage.SamplesBefore(batch) + slot);
        var source = _sources[number];
        if (substitution >= source.Items.Length)
            return null;
        var sample = SamplePosition.At(sampleNumber, source.Items.Length);
        var position = (int)((sample.Position + (long)substitution) % source.Items.Length);
        var item = source.Items[source.Order.ItemAt(sample.Epoch, position)];
        var augmentation = Augmentation.For(source.Seed, sample.Epoch, position, _options, batch / (double)_steps);
        if (_options is { Flip: true, AlternateFlip: true })
            augmentation = augmentation with { Flip = Augmentation.AlternatingFlip(source.Seed, sample.Epoch, item) };
        return new PictureRequest(item, augmentation);
    }

    /// <summary>The pictures of one dataset.</summary>
    private sealed record Source(int[] Items, ulong Seed, EpochOrder Order)
    {
        internal static Source Of(int[] items, ulong seed) => new(items, seed, new EpochOrder(items.Length, seed));
    }
}
