using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Inference;

/// <summary>A trained network that gives colours to pictures. Only their lightness is looked at. One thread at a time.</summary>
public sealed class Colorizer : IDisposable
{
    /// <summary>Sides of the pictures are multiples of this.</summary>
    public const int SideMultiple = 16;

    private readonly ColorizationNetwork _network;
    private readonly ComputeSettings _compute;
    private readonly PictureBuffer _buffer;
    private readonly Tensor _colors_2Q;
    private readonly ColorStatistics? _statistics;
    private readonly Dictionary<double, Tensor> _correction_Q11 = [];

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its weights and statistics.</param>
    /// <param name="compute">Device, precision and routes.</param>
    /// <param name="statistics">Colours of its training set; null where they are not known, then its answer cannot be rebalanced.</param>
    /// <exception cref="NetworkMismatchException">The tensors are not those of this shape.</exception>
    public Colorizer(NetworkShape shape, IReadOnlyList<HostTensor> tensors, ComputeSettings compute, ColorStatistics? statistics = null)
    {
        ArgumentNullException.ThrowIfNull(compute);
        set_num_threads(compute.Threads);
        _compute = compute;
        _statistics = statistics;
        _network = new ColorizationNetwork(shape, tensors, compute);
        _network.eval();
        _buffer = new PictureBuffer(compute.Device);
        _colors_2Q = _network.BinColors_2Q().DetachFromDisposeScope();
    }

    /// <summary>Sizes of the network.</summary>
    public NetworkShape Shape => _network.Shape;

    /// <summary>Predicts the chroma of a batch.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB; grey or in colour, only the lightness counts.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="height">Height in pixels, a multiple of 16.</param>
    /// <param name="width">Width in pixels, a multiple of 16.</param>
    /// <param name="decoding">How the network's distributions become colours.</param>
    /// <returns>[B, 2, height/4, width/4], a then b, in CIELAB units.</returns>
    /// <exception cref="ArgumentException">A size does not fit, or a value of the decoding is out of range.</exception>
    /// <exception cref="NetworkMismatchException">The model cannot be rebalanced.</exception>
    public float[] PredictAb(ReadOnlySpan<byte> rgb_BHWC, int batch, int height, int width, Decoding decoding) =>
        Predict(rgb_BHWC, batch, height, width, [decoding]).Ab_DB2hw[0];

    /// <summary>Predicts the chroma of a batch in several ways, from one pass through the network, and says which scenes it sees.</summary>
    /// <param name="rgb_BHWC">As above.</param>
    /// <param name="batch">As above.</param>
    /// <param name="height">As above.</param>
    /// <param name="width">As above.</param>
    /// <param name="decodings">How the network's distributions become colours.</param>
    /// <exception cref="ArgumentException">As above.</exception>
    /// <exception cref="NetworkMismatchException">As above.</exception>
    public Prediction Predict(ReadOnlySpan<byte> rgb_BHWC, int batch, int height, int width, IReadOnlyList<Decoding> decodings)
    {
        ArgumentNullException.ThrowIfNull(decodings);
        foreach (var decoding in decodings)
            Require(decoding);
        using var scope = NewDisposeScope();
        var rgb = _buffer.Fill(rgb_BHWC, batch, height, width, SideMultiple).to(_compute.Device);
        foreach (var key in _network.ConvolutionKeys(batch, height, width))
            _compute.Plan.RouteFor(key);
        using var frozen = no_grad();
        var lightness_B1HW = LabColor.Lightness(rgb);
        var (logits_BQhw, scenes_BS) = _network.ForwardWithScenes(lightness_B1HW);
        var mirrored_BQhw = decodings.Any(static decoding => decoding.FlipAverage) ? _network.call(lightness_B1HW.flip(3)).flip(3) : null;
        int[]? scene_B = scenes_BS is null ? null : [.. scenes_BS.argmax(1).cpu().data<long>().Select(static scene => (int)scene)];
        return new Prediction([.. decodings.Select(decoding => Decode(logits_BQhw, mirrored_BQhw, decoding))], scene_B);
    }

    /// <summary>Checks that this model can be read so.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <exception cref="NetworkMismatchException">It is to be rebalanced, and the colours of its training set are not known.</exception>
    public void Require(Decoding decoding)
    {
        Decoding.Require(decoding);
        if (decoding.Rebalance is not null && _statistics is null)
            throw new NetworkMismatchException(
                "the model does not say which colours it was trained on, so its colours cannot be rebalanced: leave --rebalance out, or use a model trained or exported by this program"
            );
    }

    private float[] Decode(Tensor logits_BQhw, Tensor? mirrored_BQhw, Decoding decoding)
    {
        using var scope = NewDisposeScope();
        var ab_B2hw = Colors(logits_BQhw, decoding);
        if (decoding.FlipAverage)
            ab_B2hw = ab_B2hw.Plus(Colors(mirrored_BQhw!, decoding)) / K(2);
        return ab_B2hw.cpu().data<float>().ToArray();
    }

    private Tensor Colors(Tensor logits_BQhw, Decoding decoding)
    {
        var balanced_BQhw = decoding.Rebalance is { } lambda ? logits_BQhw.Plus(Correction(lambda)) : logits_BQhw;
        return ColorDecoding.AnnealedMean(balanced_BQhw, _colors_2Q, decoding.Temperature);
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
        foreach (var correction in _correction_Q11.Values)
            correction.Dispose();
        _colors_2Q.Dispose();
        _buffer.Dispose();
        _network.Dispose();
    }
}
