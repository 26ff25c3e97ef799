using System.Diagnostics;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Output;
using ActorColorize.Data.Sampling;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Gpu;

/// <summary>One look at a run's fixed validation pictures, without learning from them.</summary>
internal sealed class ValidationPass
{
    private readonly TrainingOnDevice _training;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private ValidationResult? _total;

    internal ValidationPass(TrainingOnDevice training)
    {
        _training = training;
        var (configuration, pictures) = (training.Document.Configuration, training.ValidationPictures);
        var order = new EpochOrder(pictures.Count, training.Document.Seed);
        int[] items =
        [
            .. Enumerable
                .Range(0, Math.Min(configuration.ValidationPictures, pictures.Count))
                .Select(position => order.ItemAt(0, position)),
        ];
        Plan = new OrderedPlan(items, configuration.BatchSize, configuration.ImageSize, leavesOutMonochrome: false);
    }

    /// <summary>The pictures, always the same ones in the same order.</summary>
    internal OrderedPlan Plan { get; }

    /// <summary>Looks at a batch.</summary>
    internal void Add(ImageBatch batch)
    {
        if (batch.Items.Count == 0)
            return;
        var result = _training.Guard.WithinMemory(() =>
            _training.Session.Validate(batch.Rgb_BHWC, batch.Items.Count, batch.Side, batch.Labels(_training.ValidationPictures))
        );
        _total = _total is null ? result : _total + result;
    }

    /// <summary>The first pictures of a batch as a panel of grey, ours and truth; null where there is none.</summary>
    internal OutputCommands.WritePanel? Paint(ImageBatch batch)
    {
        var count = Math.Min(_training.Document.Configuration.PanelPictures, batch.Items.Count);
        if (count == 0)
            return null;
        var side = batch.Side;
        var bytes = side * side * 3;
        var painted = _training.Guard.WithinMemory(() => _training.Session.Paint(batch.Rgb_BHWC[..(count * bytes)], count, side));
        var rgb_BHWC = batch.Rgb_BHWC[..(count * bytes)];
        var grey = _training.Session.PaintGrey(rgb_BHWC, count, side);
        var rows = new List<IReadOnlyList<byte[]>>(count);
        for (var i = 0; i < count; i++)
            rows.Add([
                grey[(i * bytes)..((i + 1) * bytes)],
                painted[(i * bytes)..((i + 1) * bytes)],
                rgb_BHWC.Slice(i * bytes, bytes).ToArray(),
            ]);
        return new OutputCommands.WritePanel(_training.Run, _training.Step, _training.Folder.Panel(_training.Step.Value), side, rows);
    }

    /// <summary>What was measured; null where no picture could be read.</summary>
    internal RunEvents.Validated? Result() =>
        _total is not { } total
            ? null
            : new RunEvents.Validated(
                _training.Run,
                _training.Step,
                total.LossPerPixel,
                total.BaselineLoss,
                total.MeanChroma,
                total.MeanTruthChroma,
                total.Pictures,
                _clock.Elapsed.TotalSeconds,
                total.SceneAccuracy,
                total.OurColors is { } ours ? CoarseColors.ToText(ours) : null,
                total.TrueColors is { } truth ? CoarseColors.ToText(truth) : null
            );
}
