using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width, h and w the size of the prediction.

/// <summary>
/// Evaluates a model on a stream of batches, with the grey and the random baseline beside it. Managed arrays in, a report out; memory does not grow with the
/// set but for 60 bytes per picture. Belongs to one thread.
/// </summary>
/// <remarks>
/// The random baseline paints each picture with the colours of the one before it in the stream, and the first with those of the last. For a truly random
/// partner, feed the pictures in a seeded random order (<c>EpochOrder</c>): then every other picture is equally likely, nothing is decoded twice, and the
/// same seed gives the same figures.
/// </remarks>
public sealed class ColorEvaluation : IDisposable
{
    /// <summary>Pixels worked on at once, so that the many intermediate planes stay in the processor's cache.</summary>
    private const int ChunkPixels = 64 * 1024;

    private readonly Device _device;
    private readonly ColorBins _bins;
    private readonly Tensor _weights_Q;
    private readonly ColorMeasures _model = new();
    private readonly ColorMeasures _grey = new();
    private readonly ColorMeasures _random = new();
    private Tensor? _firstRgb_BHWC;
    private Tensor? _lastAb_B2HW;
    private double _trueColorfulnessSum;

    /// <param name="prior">Colours of the training set: what is rare in it counts more in the rebalanced AuC.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="ArgumentException">The prior does not fit the 18×18 bins or is empty.</exception>
    public ColorEvaluation(ColorPrior prior, Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _bins = ColorBins.Grid18;
        _weights_Q = tensor(RebalancingWeights.InverseSmoothedPrior(prior, _bins), device: device).DetachFromDisposeScope();
    }

    /// <summary>The model's measures of each picture, in the order of the stream.</summary>
    public IReadOnlyList<PictureMeasures> Pictures => _model.Pictures;

    /// <summary>Adds a batch.</summary>
    /// <param name="rgb_BHWC">The true pictures, 8-bit sRGB, [B, H, W, 3].</param>
    /// <param name="ab_B2hw">The predicted ab, CIELAB units, [B, 2, h, w]; enlarged bilinearly where it is coarser than the pictures.</param>
    /// <param name="batch">B.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="abHeight">h.</param>
    /// <param name="abWidth">w.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the sizes.</exception>
    public void Add(ReadOnlySpan<byte> rgb_BHWC, ReadOnlySpan<float> ab_B2hw, int batch, int height, int width, int abHeight, int abWidth)
    {
        Require(rgb_BHWC.Length, nameof(rgb_BHWC), batch, height, width, 3);
        Require(ab_B2hw.Length, nameof(ab_B2hw), batch, 2, abHeight, abWidth);
        var step = Math.Max(1, ChunkPixels / (height * width));
        int rgbStride = height * width * 3, abStride = 2 * abHeight * abWidth;
        using var noGradients = no_grad();
        for (var start = 0; start < batch; start += step)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(step, batch - start);
            var chunk_BHWC = tensor(rgb_BHWC.Slice(start * rgbStride, count * rgbStride).ToArray(), [count, height, width, 3], device: _device);
            var ab_B2HW = tensor(ab_B2hw.Slice(start * abStride, count * abStride).ToArray(), [count, 2, abHeight, abWidth], device: _device);
            AddChunk(chunk_BHWC, AbUpsampling.Bilinear(ab_B2HW, height, width));
        }
    }

    /// <summary>The figures over everything added; more may be added afterwards.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public EvaluationReport Report()
    {
        var model = _model.Result;
        var pictures = _model.Pictures.Count;
        var random = pictures > 1 ? RandomWithFirst() : null;
        var exact = 10 * Math.Log10(255 * 255 / PictureQuality.SmallestSquaredError);
        return new EvaluationReport(pictures, model, _grey.Result, random, new MeasureSet(100, 100, exact, 0, _trueColorfulnessSum / pictures, 0));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights_Q.Dispose();
        _firstRgb_BHWC?.Dispose();
        _lastAb_B2HW?.Dispose();
    }

    private void AddChunk(Tensor rgb_BHWC, Tensor predicted_B2HW)
    {
        using var truth = new TruePictures(rgb_BHWC, _weights_Q, _bins);
        _trueColorfulnessSum += truth.Colorfulness_B.sum().item<double>();
        _model.Add(truth, predicted_B2HW);
        _grey.Add(truth, zeros_like(predicted_B2HW));
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

    /// <summary>The random baseline with the picture that had none before it, painted like the last one.</summary>
    private MeasureSet RandomWithFirst()
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
            if (size < 1) throw new ArgumentException($"sizes must be positive: [{string.Join(", ", shape.ToArray())}]", name);
            product = checked(product * size);
        }

        if (product != length) throw new ArgumentException($"{length} elements do not fill [{string.Join(", ", shape.ToArray())}]", name);
    }
}
