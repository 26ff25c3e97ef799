using ActorColorize.Data.Sampling;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using TorchSharp;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Inference;

/// <summary>A trained network that predicts colours from the pictures' lightness. One thread at a time.</summary>
public sealed class Colorizer : IDisposable
{
    /// <summary>Sides of the pictures are multiples of this.</summary>
    public const int SideMultiple = 16;

    private readonly IInferenceEngine _engine;
    private readonly ComputeSettings _compute;
    private readonly PictureBuffer _buffer;
    private readonly Tensor _colors_2Q;
    private readonly ColorStatistics? _statistics;
    private readonly Dictionary<double, Tensor> _correction_Q11 = [];
    private readonly Dictionary<double, Tensor> _medianWeights_Q11 = [];

    /// <summary>A network that LibTorch runs.</summary>
    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its weights and statistics.</param>
    /// <param name="compute">Device, precision and routes.</param>
    /// <param name="statistics">Colours of its training set; null if unknown, in which case its output cannot be rebalanced.</param>
    /// <exception cref="NetworkMismatchException">The tensors do not fit this shape.</exception>
    public Colorizer(NetworkShape shape, IReadOnlyList<HostTensor> tensors, ComputeSettings compute, ColorStatistics? statistics = null)
        : this(new TorchEngine(shape, tensors, compute), tensors, compute, statistics) { }

    /// <summary>A network that any engine runs.</summary>
    /// <param name="engine">Runs the network; disposed with the colorizer.</param>
    /// <param name="tensors">The weights that the engine was made from: they hold the colours of the bins.</param>
    /// <param name="compute">Where distributions are decoded to colours.</param>
    /// <param name="statistics">As above.</param>
    public Colorizer(
        IInferenceEngine engine,
        IReadOnlyList<HostTensor> tensors,
        ComputeSettings compute,
        ColorStatistics? statistics = null
    )
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(compute);
        set_num_threads(compute.Threads);
        _engine = engine;
        _compute = compute;
        _statistics = statistics;
        _buffer = new PictureBuffer(compute.Device);
        _colors_2Q = ColorizationNetwork.BinColors_2Q(tensors, compute.Device).DetachFromDisposeScope();
    }

    /// <summary>Sizes of the network.</summary>
    public NetworkShape Shape => _engine.Shape;

    /// <summary>Name of the engine that runs the network.</summary>
    public string Engine => _engine.Name;

    /// <summary>Predicts the chroma of a batch.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB; grey or in colour; only the lightness is used.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="height">Height in pixels, a multiple of 16.</param>
    /// <param name="width">Width in pixels, a multiple of 16.</param>
    /// <param name="decoding">The decodings of the network's distributions.</param>
    /// <returns>[B, 2, height/4, width/4], a then b, in CIELAB units.</returns>
    /// <exception cref="ArgumentException">A size does not fit, or a value of the decoding is out of range.</exception>
    /// <exception cref="NetworkMismatchException">The model cannot be rebalanced.</exception>
    public float[] PredictAb(ReadOnlySpan<byte> rgb_BHWC, int batch, int height, int width, Decoding decoding) =>
        Predict(rgb_BHWC, batch, height, width, [decoding]).Ab_DB2hw[0];

    /// <summary>Predicts the chroma of a batch with several decodings, from one pass through the network, and the scenes.</summary>
    /// <param name="rgb_BHWC">As above.</param>
    /// <param name="batch">As above.</param>
    /// <param name="height">As above.</param>
    /// <param name="width">As above.</param>
    /// <param name="decodings">The decodings of the network's distributions.</param>
    /// <param name="films_B">The film look of each picture, which then must be square; null for none.</param>
    /// <exception cref="ArgumentException">As above.</exception>
    /// <exception cref="NetworkMismatchException">As above.</exception>
    public Prediction Predict(
        ReadOnlySpan<byte> rgb_BHWC,
        int batch,
        int height,
        int width,
        IReadOnlyList<Decoding> decodings,
        IReadOnlyList<FilmLook?>? films_B = null
    )
    {
        FilmSimulation.Require(films_B, batch);
        if (films_B is { Count: > 0 } && height != width)
            throw new ArgumentException($"{height} x {width} pixels: film looks require square pictures", nameof(films_B));
        ArgumentNullException.ThrowIfNull(decodings);
        foreach (var decoding in decodings)
            Require(decoding);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (lightness_B1HW, views, scenes_BS) = Look(rgb_BHWC, batch, height, width, decodings, films_B);
        return new Prediction(
            [.. decodings.Select(decoding => Decode(lightness_B1HW, views, decoding))],
            scenes_BS is null ? null : MostProbable(scenes_BS)
        );
    }

    /// <summary>Predicts the chroma of one picture, with the distributions that it comes from.</summary>
    /// <param name="rgb_HWC">8-bit sRGB; only the lightness is used.</param>
    /// <param name="height">As above.</param>
    /// <param name="width">As above.</param>
    /// <param name="decoding">The decoding of the network's distributions.</param>
    /// <returns>[2, height/4, width/4], a then b; the distributions, null where <see cref="ColorDistribution.IsPossible"/> is false or
    /// there would be too many of them.</returns>
    /// <exception cref="ArgumentException">As above.</exception>
    /// <exception cref="NetworkMismatchException">As above.</exception>
    public (float[] Ab_2hw, ColorDistribution? Distribution) PredictWithDistribution(
        ReadOnlySpan<byte> rgb_HWC,
        int height,
        int width,
        Decoding decoding
    )
    {
        Require(decoding);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (lightness_11HW, views, _) = Look(rgb_HWC, 1, height, width, [decoding], null);
        var ab_2hw = Decode(lightness_11HW, views, decoding);
        if (!ColorDistribution.IsPossible(decoding))
            return (ab_2hw, null);
        var cell = lightness_11HW.shape[2] / views[(1, false)].shape[2];
        var taper_11hw = decoding.Taper > 0 ? ColorDecoding.Taper(lightness_11HW, decoding.Taper, cell) : null;
        var logits = decoding.Views().Select(view => views[view]).ToArray();
        return (ab_2hw, ColorDistribution.Of(logits, ab_2hw, taper_11hw, _colors_2Q, _statistics, decoding));
    }

    private (Tensor Lightness_B1HW, Dictionary<(double Scale, bool Mirrored), Tensor> Views, Tensor? Scenes_BS) Look(
        ReadOnlySpan<byte> rgb_BHWC,
        int batch,
        int height,
        int width,
        IReadOnlyList<Decoding> decodings,
        IReadOnlyList<FilmLook?>? films_B
    )
    {
        var rgb = _buffer.Fill(rgb_BHWC, batch, height, width, SideMultiple).to(_compute.Device);
        var lightness_B1HW = LabColor.Lightness(rgb);
        if (films_B is { Count: > 0 })
            lightness_B1HW = FilmSimulation.Apply(rgb, lightness_B1HW, films_B);
        var plain = (Scale: 1.0, Mirrored: false);
        var (logits_BQhw, scenes_BS) = Ask(lightness_B1HW, plain);
        var views = new Dictionary<(double Scale, bool Mirrored), Tensor> { [plain] = logits_BQhw };
        foreach (var view in decodings.SelectMany(static decoding => decoding.Views()).Distinct().Where(view => view != plain))
            views[view] = Ask(lightness_B1HW, view).Logits_BQhw;
        return (lightness_B1HW, views, scenes_BS);
    }

    private static List<int[]> MostProbable(Tensor scenes_BS)
    {
        using var scope = NewDisposeScope();
        var count = (int)Math.Min(Prediction.TopScenes, scenes_BS.shape[1]);
        var (_, best_BK) = scenes_BS.topk(count, 1);
        return
        [
            .. best_BK
                .cpu()
                .contiguous()
                .data<long>()
                .ToArray()
                .Chunk(count)
                .Select(static row => Array.ConvertAll(row, static scene => (int)scene)),
        ];
    }

    /// <summary>Runs the network on a picture at another size, or on its mirror image.</summary>
    /// <returns>Logits in the picture's own orientation at a quarter of the requested size; scenes of the view.</returns>
    private (Tensor Logits_BQhw, Tensor? Scenes_BS) Ask(Tensor lightness_B1HW, (double Scale, bool Mirrored) view)
    {
        var size = lightness_B1HW.shape;
        long height = Scaled(size[2]),
            width = Scaled(size[3]);
        var seen_B1HW = lightness_B1HW;
        if (view.Scale != 1)
            seen_B1HW = nn.functional.interpolate(seen_B1HW, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
        if (!view.Mirrored)
            return _engine.Run(seen_B1HW);
        return (_engine.Run(seen_B1HW.flip(3)).Logits_BQhw.flip(3), null);

        long Scaled(long side) => Math.Max(1, (long)Math.Round(side * view.Scale / SideMultiple)) * SideMultiple;
    }

    /// <summary>Checks that this model supports a decoding.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <exception cref="NetworkMismatchException">Rebalancing is requested, and the colours of its training set are unknown.</exception>
    public void Require(Decoding decoding)
    {
        Decoding.Require(decoding);
        if (decoding.Rebalance is not null && _statistics is null)
            throw new NetworkMismatchException(
                "the model does not record its training colours, so it cannot be rebalanced: omit --rebalance, or use a model trained or "
                    + "exported by this program"
            );
    }

    private float[] Decode(Tensor lightness_B1HW, Dictionary<(double Scale, bool Mirrored), Tensor> views, Decoding decoding)
    {
        using var scope = NewDisposeScope();
        var ab_B2hw = decoding.AveragesDistributions ? ColorsOfMeanDistribution(views, decoding) : Colors(views[(1, false)], decoding);
        if (decoding.FlipAverage && !decoding.AveragesDistributions)
            ab_B2hw = ab_B2hw.Plus(Colors(views[(1, true)], decoding)) / K(2);
        if (decoding.Taper > 0)
            ab_B2hw = ab_B2hw * ColorDecoding.Taper(lightness_B1HW, decoding.Taper, lightness_B1HW.shape[2] / ab_B2hw.shape[2]);
        return ab_B2hw.cpu().data<float>().ToArray();
    }

    private Tensor ColorsOfMeanDistribution(Dictionary<(double Scale, bool Mirrored), Tensor> views, Decoding decoding)
    {
        var size = views[(1, false)].shape;
        var asked = decoding.Views().ToList();
        Tensor? sum_BQhw = null;
        foreach (var view in asked)
        {
            using var one = NewDisposeScope(); // the distribution of a large picture takes more memory than the network
            var probability_BQhw = Balanced(views[view], decoding).softmax(1);
            if (view.Scale != 1)
                probability_BQhw = nn.functional.interpolate(
                    probability_BQhw,
                    [size[2], size[3]],
                    mode: InterpolationMode.Bilinear,
                    align_corners: false
                );
            if (sum_BQhw is null)
                sum_BQhw = probability_BQhw.MoveToOuterDisposeScope();
            else
                sum_BQhw.Add(probability_BQhw);
        }

        var mean_BQhw = sum_BQhw!.div_(K(asked.Count));
        var ab_B2hw =
            decoding.Estimator == ColorEstimator.GeometricMedian
                ? ColorDecoding.GeometricMedian(ForMedian(mean_BQhw, decoding), _colors_2Q)
                : ColorDecoding.AnnealedMean(mean_BQhw.clamp_min(K(1e-30)).log_(), _colors_2Q, decoding.Temperature);
        return decoding.SureEntropy is { } sure ? ab_B2hw * ColorDecoding.Sureness(mean_BQhw, sure) : ab_B2hw;
    }

    private Tensor Colors(Tensor logits_BQhw, Decoding decoding) =>
        ColorDecoding.AnnealedMean(Balanced(logits_BQhw, decoding), _colors_2Q, decoding.Temperature);

    /// <summary>
    /// Logits with the decoding's balance between common and rare colours; for a geometric median, which weights the colours itself, with
    /// the balance of photographs.
    /// </summary>
    private Tensor Balanced(Tensor logits_BQhw, Decoding decoding) =>
        decoding.Rebalance is not { } lambda ? logits_BQhw
        : decoding.Estimator == ColorEstimator.GeometricMedian ? logits_BQhw.Plus(Correction(1))
        : logits_BQhw.Plus(Correction(lambda));

    /// <summary>The sharpened distribution with the weights of the geometric median.</summary>
    private Tensor ForMedian(Tensor probability_BQhw, Decoding decoding)
    {
        using var scope = NewDisposeScope();
        using var sharpness = (1 / decoding.Temperature).ToScalar();
        var sharp_BQhw = decoding.Temperature == 1 ? probability_BQhw : probability_BQhw.pow(sharpness);
        return decoding.Rebalance is { } lambda
            ? (sharp_BQhw * MedianWeights(lambda)).MoveToOuterDisposeScope()
            : sharp_BQhw.alias().MoveToOuterDisposeScope();
    }

    private Tensor MedianWeights(double lambda)
    {
        if (!_medianWeights_Q11.TryGetValue(lambda, out var weights_Q11))
            _medianWeights_Q11[lambda] = weights_Q11 = tensor(
                    _statistics!.MedianWeights(lambda),
                    [Shape.Bins, 1, 1],
                    device: _compute.Device
                )
                .DetachFromDisposeScope();
        return weights_Q11;
    }

    private Tensor Correction(double lambda)
    {
        if (!_correction_Q11.TryGetValue(lambda, out var correction_Q11))
            _correction_Q11[lambda] = correction_Q11 = tensor(_statistics!.Correction(lambda), [Shape.Bins, 1, 1], device: _compute.Device)
                .DetachFromDisposeScope();
        return correction_Q11;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var weights in _correction_Q11.Values.Concat(_medianWeights_Q11.Values))
            weights.Dispose();
        _colors_2Q.Dispose();
        _buffer.Dispose();
        _engine.Dispose();
    }
}
