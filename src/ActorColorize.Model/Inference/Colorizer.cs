using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
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

    /// <param name="shape">Sizes of the network.</param>
    /// <param name="tensors">Its weights and statistics.</param>
    /// <param name="compute">Device, precision and routes.</param>
    /// <exception cref="NetworkMismatchException">The tensors are not those of this shape.</exception>
    public Colorizer(NetworkShape shape, IReadOnlyList<HostTensor> tensors, ComputeSettings compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        set_num_threads(compute.Threads);
        _compute = compute;
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
    /// <param name="temperature">Of the annealed mean: 0 takes the most probable bin, 1 the mean; 0.38 is the published balance.</param>
    /// <returns>[B, 2, height/4, width/4], a then b, in CIELAB units.</returns>
    /// <exception cref="ArgumentException">A size does not fit, or the temperature is negative or not a number.</exception>
    public float[] PredictAb(ReadOnlySpan<byte> rgb_BHWC, int batch, int height, int width, double temperature)
    {
        if (!(temperature >= 0 && double.IsFinite(temperature))) throw new ArgumentException($"temperature is {temperature}: it must be 0 or above", nameof(temperature));
        using var scope = NewDisposeScope();
        var rgb = _buffer.Fill(rgb_BHWC, batch, height, width, SideMultiple).to(_compute.Device);
        foreach (var key in _network.ConvolutionKeys(batch, height, width)) _compute.Plan.RouteFor(key);
        using var frozen = no_grad();
        var logits_BQhw = _network.call(LabColor.Lightness(rgb));
        return ColorDecoding.AnnealedMean(logits_BQhw, _colors_2Q, temperature).cpu().data<float>().ToArray();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _colors_2Q.Dispose();
        _buffer.Dispose();
        _network.Dispose();
    }
}
