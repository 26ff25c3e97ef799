using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width, h and w the size of the prediction.

/// <summary>
/// Evaluates models and the grey, random and mean-colour baselines on a stream of batches. Takes managed arrays and returns a report;
/// memory grows with the set only by 28 bytes per picture for each model and for grey. Not thread-safe.
/// </summary>
/// <remarks>
/// The random baseline paints each picture with the colours of the one before it in the stream, and the first with those of the last. For a
/// random partner, feed the pictures in a seeded random order (<c>EpochOrder</c>): then every other picture is equally likely, nothing is
/// decoded twice, and the same seed gives the same measures.
/// </remarks>
public sealed class ColorEvaluation : IDisposable
{
    /// <summary>Pixels worked on at once, so that the many intermediate planes stay in the processor's cache.</summary>
    private const int ChunkPixels = 64 * 1024;

    private readonly Device _device;
    private readonly ColorBins _bins;
    private readonly MeanColor _meanColor;
    private readonly Tensor _weights_Q;
    private readonly MeasuredModel[] _models;
    private readonly ColorMeasures _grey = new(keepsPictures: true);
    private readonly ColorMeasures _random = new(keepsPictures: false);
    private readonly ColorMeasures _mean = new(keepsPictures: false);
    private readonly AbHistogram _trueColors = new();
    private Tensor? _firstRgb_BHWC;
    private Tensor? _lastAb_B2HW;
    private double _trueColorfulnessSum;

    /// <param name="prior">Colours of the training set, whose inverse frequency weighs the rebalanced AuC.</param>
    /// <param name="meanColor">Their mean, used by the mean-colour baseline.</param>
    /// <param name="models">The number of models, 1 or more.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="ArgumentException">The prior does not fit the 18×18 bins or is empty.</exception>
    public ColorEvaluation(ColorPrior prior, MeanColor meanColor, int models, Device device)
    {
        ArgumentNullException.ThrowIfNull(meanColor);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(models, 1);
        _device = device;
        _bins = ColorBins.Grid18;
        _meanColor = meanColor;
        _models = [.. Enumerable.Range(0, models).Select(static _ => new MeasuredModel())];
        _weights_Q = tensor(RebalancingWeights.InverseSmoothedPrior(prior, _bins), device: device).DetachFromDisposeScope();
    }

    /// <summary>Pictures added so far.</summary>
    public int Count => _grey.Pictures.Count;

    /// <summary>A model's measures of each picture, in the order of the stream.</summary>
    public IReadOnlyList<PictureMeasures> Pictures(int model = 0) => _models[model].Measures.Pictures;

    /// <summary>The grey baseline's measures of each picture, in the order of the stream.</summary>
    public IReadOnlyList<PictureMeasures> GreyPictures => _grey.Pictures;

    /// <summary>Adds a batch.</summary>
    /// <param name="rgb_BHWC">The true pictures, 8-bit sRGB, [B, H, W, 3].</param>
    /// <param name="answers">Each model's prediction; colours coarser than the pictures are upsampled bilinearly.</param>
    /// <param name="batch">B.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="abHeight">h.</param>
    /// <param name="abWidth">w.</param>
    /// <param name="labels_B">Category of each picture, −1 for none; may be empty.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the sizes, or the number of answers differs from the number of
    /// models.</exception>
    public void Add(
        ReadOnlySpan<byte> rgb_BHWC,
        IReadOnlyList<ModelAnswer> answers,
        int batch,
        int height,
        int width,
        int abHeight,
        int abWidth,
        ReadOnlySpan<int> labels_B = default
    )
    {
        ArgumentNullException.ThrowIfNull(answers);
        if (answers.Count != _models.Length)
            throw new ArgumentException($"{answers.Count} answers for {_models.Length} models", nameof(answers));
        if (!labels_B.IsEmpty)
            Require(labels_B.Length, nameof(labels_B), batch);
        Require(rgb_BHWC.Length, nameof(rgb_BHWC), batch, height, width, 3);
        foreach (var answer in answers)
            Require(answer.Ab_B2hw.Length, nameof(answers), batch, 2, abHeight, abWidth);
        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i].Scenes_B is not { } scenes_B || labels_B.IsEmpty)
                continue;
            Require(scenes_B.Count, nameof(answers), batch);
            _models[i].Scenes.Add(labels_B, scenes_B);
        }

        var step = Math.Max(1, ChunkPixels / (height * width));
        int rgbStride = height * width * 3,
            abStride = 2 * abHeight * abWidth;
        using var noGradients = no_grad();
        for (var start = 0; start < batch; start += step)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(step, batch - start);
            var chunk_BHWC = tensor(
                rgb_BHWC.Slice(start * rgbStride, count * rgbStride).ToArray(),
                [count, height, width, 3],
                device: _device
            );
            Tensor[] predicted_MB2HW =
            [
                .. answers.Select(answer =>
                    AbUpsampling.Bilinear(
                        tensor(
                            answer.Ab_B2hw.AsSpan(start * abStride, count * abStride).ToArray(),
                            [count, 2, abHeight, abWidth],
                            device: _device
                        ),
                        height,
                        width
                    )
                ),
            ];
            AddChunk(chunk_BHWC, predicted_MB2HW, labels_B.IsEmpty ? [] : labels_B.Slice(start, count));
        }
    }

    /// <summary>The measures over everything added; more may be added afterwards. The histograms are live, not copies.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been added.</exception>
    public EvaluationReport Report()
    {
        var grey = _grey.Result;
        var random = Count > 1 ? RandomWithFirst() : null;
        var exact = 10 * Math.Log10(255 * 255 / PictureQuality.SmallestSquaredError);
        return new EvaluationReport(
            Count,
            [.. _models.Select(static model => model.Figures)],
            grey,
            random,
            _mean.Result,
            _meanColor,
            new MeasureSet(100, 100, exact, 0, _trueColorfulnessSum / Count, 0, 0),
            _trueColors,
            [.. _grey.ByCategory.Select(category => Category(category.Key, category.Value))]
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights_Q.Dispose();
        _firstRgb_BHWC?.Dispose();
        _lastAb_B2HW?.Dispose();
    }

    private CategoryFigures Category(int label, MeasureSums grey) =>
        new(
            label,
            grey.Pictures,
            [.. _models.Select(model => model.Measures.ByCategory[label].Mean())],
            [.. _models.Select(model => model.Scenes.ScoreOf(label))],
            grey.Mean(),
            grey.TrueColorfulness / grey.Pictures
        );

    private void AddChunk(Tensor rgb_BHWC, Tensor[] predicted_MB2HW, ReadOnlySpan<int> labels_B)
    {
        using var truth = new TruePictures(rgb_BHWC, _weights_Q, _bins);
        _trueColorfulnessSum += truth.Colorfulness_B.sum().item<double>();
        _trueColors.Add(truth.Ab_B2HW);
        for (var i = 0; i < predicted_MB2HW.Length; i++)
        {
            _models[i].Measures.Add(truth, predicted_MB2HW[i], labels_B);
            _models[i].Colors.Add(predicted_MB2HW[i]);
            _models[i].Hues.Add(truth, predicted_MB2HW[i]);
        }

        _grey.Add(truth, zeros_like(truth.Ab_B2HW), labels_B);
        var mean_12HW = tensor([(float)_meanColor.A, (float)_meanColor.B], device: _device).view(1, 2, 1, 1);
        _mean.Add(truth, mean_12HW.expand(truth.Ab_B2HW.shape));
        AddRandom(rgb_BHWC, truth);
    }

    private void AddRandom(Tensor rgb_BHWC, TruePictures truth)
    {
        var count = rgb_BHWC.shape[0];
        var others_B2HW = truth.Ab_B2HW.slice(0, 0, count - 1, 1);
        if (_lastAb_B2HW is null)
        {
            _firstRgb_BHWC = rgb_BHWC.slice(0, 0, 1, 1).clone().DetachFromDisposeScope();
            if (count > 1)
            {
                using var rest = new TruePictures(rgb_BHWC.slice(0, 1, count, 1), _weights_Q, _bins);
                _random.Add(rest, others_B2HW);
            }
        }
        else
        {
            var before_B2HW = AbUpsampling.Bilinear(_lastAb_B2HW, truth.Ab_B2HW.shape[2], truth.Ab_B2HW.shape[3]);
            _random.Add(truth, cat([before_B2HW, others_B2HW], 0));
            _lastAb_B2HW.Dispose();
        }

        _lastAb_B2HW = truth.Ab_B2HW.slice(0, count - 1, count, 1).clone().DetachFromDisposeScope();
    }

    /// <summary>The random baseline including the first picture, painted with the colours of the last one.</summary>
    private PredictorFigures RandomWithFirst()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        using var truth = new TruePictures(_firstRgb_BHWC!, _weights_Q, _bins);
        return _random.ResultWith(truth, AbUpsampling.Bilinear(_lastAb_B2HW!, truth.Ab_B2HW.shape[2], truth.Ab_B2HW.shape[3]));
    }

    private static void Require(int length, string name, params ReadOnlySpan<int> shape)
    {
        long product = 1;
        foreach (var size in shape)
        {
            if (size < 1)
                throw new ArgumentException($"sizes must be positive: [{string.Join(", ", shape.ToArray())}]", name);
            product = checked(product * size);
        }

        if (product != length)
            throw new ArgumentException($"{length} elements do not fill [{string.Join(", ", shape.ToArray())}]", name);
    }

    /// <summary>The accumulators of one model.</summary>
    private sealed class MeasuredModel
    {
        public ColorMeasures Measures { get; } = new(keepsPictures: true);

        public AbHistogram Colors { get; } = new();

        public HueTally Hues { get; } = new();

        public SceneTally Scenes { get; } = new();

        public ModelFigures Figures
        {
            get
            {
                var (measures, curve) = Measures.Result;
                return new ModelFigures(measures, curve, Colors, Hues.Result, Scenes.Score);
            }
        }
    }
}
