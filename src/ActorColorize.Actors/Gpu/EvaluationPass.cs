using ActorColorize.Actors.Loader;
using ActorColorize.Data.Sampling;
using ActorColorize.Model.Color;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using TorchSharp;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// One evaluation on the device: first the colours of the pictures that say what is rare are counted, then the models are measured, all in
/// one pass over the pictures. Of the
/// pixels, only those of the few pictures to be shown are kept. Owns the models; belongs to the device's thread.
/// </summary>
internal sealed class EvaluationPass : IDisposable
{
    /// <summary>Of the looks of aged pictures; no run's seed, so that no run has trained on them.</summary>
    private const ulong AgedSeed = 0x5EED_0F_0A6ED;

    private readonly GpuCommands.Evaluate _command;
    private readonly IReadOnlyList<Colorizer> _models;
    private readonly torch.Device _device;
    private readonly BinCounting _counting;
    private readonly MeanColorHistogram _meanColor = new();
    private readonly List<int> _items = [];
    private readonly List<int>?[] _scenes;
    private readonly List<(string, string)> _unreadable = [];
    private readonly BoundedRanking<ShownPicture> _best;
    private readonly BoundedRanking<ShownPicture> _worst;
    private readonly Dictionary<int, ShownPicture?> _gallery;
    private ColorEvaluation? _evaluation;
    private DecodingFrontier? _frontier;

    /// <param name="command">What is measured.</param>
    /// <param name="models">The models, in the command's order; disposed with this.</param>
    /// <param name="device">Where to compute.</param>
    internal EvaluationPass(GpuCommands.Evaluate command, IReadOnlyList<Colorizer> models, torch.Device device)
    {
        _command = command;
        _models = models;
        _device = device;
        _counting = new BinCounting(command.PriorPictures, ColorBins.Grid18, command.Side, device);
        var (pictures, show) = (command.Pictures, command.Show);
        _scenes =
        [
            .. models.Select(model => pictures.HasLabels && model.Shape.Scenes == pictures.Categories.Count ? new List<int>() : null),
        ];
        _best = new BoundedRanking<ShownPicture>(Math.Min(show.Best, (pictures.Count + 1) / 2));
        _worst = new BoundedRanking<ShownPicture>(Math.Min(show.Worst, pictures.Count / 2));
        _gallery = show.GalleryItems(pictures.Count).ToDictionary(static item => item, static _ => (ShownPicture?)null);

        // A shuffled stream, so that the random baseline's partner is any other picture.
        var order = new EpochOrder(pictures.Count, 0);
        MeasuringPlan = new OrderedPlan(
            [.. Enumerable.Range(0, pictures.Count).Select(position => order.ItemAt(0, position))],
            command.BatchSize,
            command.Side,
            leavesOutMonochrome: false
        );
    }

    /// <summary>The pass over the pictures that say what is rare.</summary>
    internal OrderedPlan CountingPlan => _counting.Plan;

    /// <summary>The pass over the pictures that are measured.</summary>
    internal OrderedPlan MeasuringPlan { get; }

    /// <summary>Pictures whose colours are counted.</summary>
    internal long Counted => _counting.Looked;

    /// <summary>Pictures that are measured, or could not be read.</summary>
    internal long Measured => _items.Count + _unreadable.Count;

    /// <summary>Counts the colours of a batch.</summary>
    internal void Count(ImageBatch batch)
    {
        _counting.Add(batch);
        if (batch.Items.Count > 0)
            _meanColor.Add(batch.Rgb_BHWC, batch.Items.Count, batch.Side, _device);
    }

    /// <summary>Ends the counting; false if there is nothing to go by.</summary>
    internal bool TryBeginMeasuring()
    {
        if (_counting.Counts.Sum() == 0)
            return false;
        var prior = new ColorPrior(_counting.Counts, _command.PriorPictures.Hash);
        _evaluation = new ColorEvaluation(prior, _meanColor.Mean, _models.Count, _device);
        _frontier = new DecodingFrontier(prior, _command.Frontier, _device);
        return true;
    }

    /// <summary>Measures a batch.</summary>
    internal void Measure(ImageBatch batch)
    {
        _unreadable.AddRange(batch.Unreadable.Select(picture => (_command.Pictures.RelativePath(picture.Item), picture.Reason)));
        if (batch.Items.Count == 0)
            return;
        var (count, side, abSide) = (batch.Items.Count, batch.Side, batch.Side / 4);
        var answers = new ModelAnswer[_models.Count];
        for (var m = 0; m < answers.Length; m++)
            answers[m] = Ask(m, batch);
        _evaluation!.Add(batch.Rgb_BHWC, answers, count, side, side, abSide, abSide, batch.Labels(_command.Pictures));
        for (var i = 0; i < count; i++)
        {
            _items.Add(batch.Items[i]);
            Consider(batch, i, answers);
        }
    }

    /// <summary>All that was measured; null if no picture could be read.</summary>
    internal GpuEvents.Evaluated? Result() =>
        _items.Count == 0
            ? null
            : new GpuEvents.Evaluated(
                _evaluation!.Report(),
                _frontier!.Points(),
                new EvaluatedPictures(_items, [.. _models.Select((_, m) => _evaluation.Pictures(m))], _scenes, _evaluation.GreyPictures),
                _best.BestFirst(),
                _worst.BestFirst(),
                [.. _gallery.OrderBy(static entry => entry.Key).Select(static entry => entry.Value).OfType<ShownPicture>()],
                _unreadable
            );

    /// <inheritdoc/>
    public void Dispose()
    {
        _evaluation?.Dispose();
        _frontier?.Dispose();
        foreach (var model in _models)
            model.Dispose();
    }

    private ModelAnswer Ask(int model, ImageBatch batch)
    {
        var (decoding, saturation) = (_command.Models[model].Decoding, (float)_command.Models[model].Saturation);
        var isFirst = model == 0;
        IReadOnlyList<FilmLook?>? films = _command.Models[model].IsAged
            ? [.. batch.Items.Select(static item => FilmLook.For(AgedSeed, 0, item, FilmOptions.Aged))]
            : null;
        var prediction = _models[model]
            .Predict(
                batch.Rgb_BHWC,
                batch.Items.Count,
                batch.Side,
                batch.Side,
                isFirst ? [decoding, .. _command.Frontier] : [decoding],
                films
            );
        if (isFirst && _command.Frontier.Count > 0)
            _frontier!.Add(batch.Rgb_BHWC, [.. prediction.Ab_DB2hw.Skip(1)], batch.Items.Count, batch.Side, batch.Side / 4);
        var ab_B2hw = prediction.Ab_DB2hw[0];
        for (var i = 0; i < ab_B2hw.Length; i++)
            ab_B2hw[i] *= saturation;
        if (_scenes[model] is not { } scenes)
            return new ModelAnswer(ab_B2hw);
        scenes.AddRange(prediction.Scenes_B!.Select(static scenes_K => scenes_K[0]));
        return new ModelAnswer(ab_B2hw, prediction.Scenes_B);
    }

    /// <summary>Paints a picture if it is one to be shown, as far as is known by now.</summary>
    private void Consider(ImageBatch batch, int index, ModelAnswer[] answers)
    {
        var position = _items.Count - 1;
        var rank = EvaluatedPictures.Rank(_evaluation!.Pictures(0)[position], _evaluation.GreyPictures[position], _command.Show.RankBy);
        var isInGallery = _gallery.ContainsKey(batch.Items[index]);
        if (!isInGallery && !_best.Takes(rank) && !_worst.Takes(-rank))
            return;
        var (side, abSide) = (batch.Side, batch.Side / 4);
        var rgb_HWC = batch.Rgb_BHWC.Slice(index * side * side * 3, side * side * 3);
        var painted_MHWC = new byte[answers.Length][];
        for (var m = 0; m < answers.Length; m++)
            painted_MHWC[m] = PaintedPicture.Of(
                rgb_HWC,
                side,
                side,
                answers[m].Ab_B2hw.AsSpan(index * 2 * abSide * abSide, 2 * abSide * abSide),
                abSide,
                abSide,
                _device
            );
        var shown = new ShownPicture(position, side, PaintedPicture.Grey(rgb_HWC, side, side, _device), painted_MHWC, rgb_HWC.ToArray());
        if (isInGallery)
            _gallery[batch.Items[index]] = shown;
        _best.Add(rank, shown);
        _worst.Add(-rank, shown);
    }
}
