using ActorColorize.Model.Color;
using ActorColorize.Model.Inference;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width, h and w the size of the prediction.

/// <summary>A decoding of a model's output and its measures.</summary>
/// <param name="Estimator">The colour that stands for a distribution.</param>
/// <param name="Temperature">Of the distribution.</param>
/// <param name="Rebalance">Weight of rare colours; null: as trained.</param>
/// <param name="Auc">Raw AuC, %.</param>
/// <param name="AucRebalanced">Rebalanced AuC, %.</param>
/// <param name="Colorfulness">Mean of the pictures' colorfulness.</param>
public sealed record FrontierPoint(
    ColorEstimator Estimator,
    double Temperature,
    double? Rebalance,
    double Auc,
    double AucRebalanced,
    double Colorfulness
);

/// <summary>
/// Measures many decodings of one model's output, from one pass of the network over each picture, to show the trade-off between common and
/// rare colours. Not thread-safe.
/// </summary>
public sealed class DecodingFrontier : IDisposable
{
    private readonly Device _device;
    private readonly Tensor _weights_Q;
    private readonly double[] _met;
    private readonly double[] _weightedMet;
    private readonly double[] _colorfulness;
    private double _pixels;
    private double _weights;
    private long _pictures;

    /// <param name="prior">Colours of the training set on the 18×18 grid: what is rare in it counts more in the rebalanced AuC.</param>
    /// <param name="decodings">The decodings to compare.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="ArgumentException">The prior does not fit the 18×18 bins or is empty.</exception>
    public DecodingFrontier(ColorPrior prior, IReadOnlyList<Decoding> decodings, Device device)
    {
        Decodings = decodings;
        _device = device;
        _weights_Q = tensor(RebalancingWeights.InverseSmoothedPrior(prior, ColorBins.Grid18), device: device).DetachFromDisposeScope();
        _met = new double[decodings.Count];
        _weightedMet = new double[decodings.Count];
        _colorfulness = new double[decodings.Count];
    }

    /// <summary>Rebalancings of the geometric median, and temperatures and rebalancings of the annealed mean.</summary>
    public static IReadOnlyList<Decoding> Grid { get; } =
    [
        .. new[] { 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1 }.Select(static rebalance => new Decoding(1, rebalance)
        {
            Estimator = ColorEstimator.GeometricMedian,
        }),
        .. new[] { 0, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 1 }.SelectMany(static rebalance =>
            new[] { 0.2, 0.38, 0.55, 0.75, 1 }.Select(temperature => new Decoding(temperature, rebalance))
        ),
    ];

    /// <summary>The same with a second forward pass.</summary>
    /// <param name="secondScale">See <see cref="Decoding.SecondScale"/>; null: one size.</param>
    public static IReadOnlyList<Decoding> GridWith(double? secondScale) =>
        [.. Grid.Select(decoding => decoding with { SecondScale = secondScale })];

    /// <summary>The compared decodings.</summary>
    public IReadOnlyList<Decoding> Decodings { get; }

    /// <summary>Adds a batch.</summary>
    /// <param name="rgb_BHWC">The true pictures, 8-bit sRGB.</param>
    /// <param name="ab_DB2hw">For each decoding the predicted ab, [B, 2, h, w].</param>
    /// <param name="batch">B.</param>
    /// <param name="side">H and W.</param>
    /// <param name="abSide">h and w.</param>
    public void Add(ReadOnlySpan<byte> rgb_BHWC, IReadOnlyList<float[]> ab_DB2hw, int batch, int side, int abSide)
    {
        ArgumentNullException.ThrowIfNull(ab_DB2hw);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var truth = new TruePictures(
            tensor(rgb_BHWC.ToArray(), [batch, side, side, 3], device: _device),
            _weights_Q,
            ColorBins.Grid18
        );
        var lightness_B1HW = truth.Lab_B3HW.slice(1, 0, 1, 1);
        _pictures += batch;
        _pixels += (double)batch * side * side;
        _weights += Sum(truth.Weights_BHW);
        for (var i = 0; i < ab_DB2hw.Count; i++)
        {
            using var one = NewDisposeScope();
            var ab_B2HW = AbUpsampling.Bilinear(tensor(ab_DB2hw[i], [batch, 2, abSide, abSide], device: _device), side, side);
            var met_BHW = PictureQuality.ShareOfThresholdsMet(truth.Ab_B2HW, ab_B2HW);
            _met[i] += Sum(met_BHW);
            _weightedMet[i] += Sum(met_BHW * truth.Weights_BHW);
            _colorfulness[i] += PictureQuality
                .Colorfulness(PictureQuality.Codes(LabColor.ToSrgb(cat([lightness_B1HW, ab_B2HW], 1))))
                .sum()
                .item<double>();
        }
    }

    /// <summary>The measures over everything added.</summary>
    public IReadOnlyList<FrontierPoint> Points() =>
        [
            .. Decodings.Select(
                (decoding, i) =>
                    new FrontierPoint(
                        decoding.Estimator,
                        decoding.Temperature,
                        decoding.Rebalance,
                        100 * _met[i] / _pixels,
                        100 * _weightedMet[i] / _weights,
                        _colorfulness[i] / _pictures
                    )
            ),
        ];

    /// <inheritdoc/>
    public void Dispose() => _weights_Q.Dispose();

    private static double Sum(Tensor values) => values.sum(ScalarType.Float64).item<double>();
}
