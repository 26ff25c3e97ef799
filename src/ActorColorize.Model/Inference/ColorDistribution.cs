using System.Globalization;
using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Inference;

/// <summary>
/// A network's distributions over the colour bins for one picture, with everything that is needed to read them with another temperature and
/// rebalance: a small safetensors file for programs without the network. All numbers are the network's, except that logits are in half
/// precision.
/// </summary>
/// <remarks>
/// Tensors: <c>logits.0</c> F16 [Q, h, w], relative to the largest of each position, and <c>logits.1</c> of the second size where the model
/// uses one; <c>colors</c> F32 [2, Q]; <c>ab</c> F32 [2, h, w], the reading with the temperature and rebalance of the metadata;
/// <c>taper</c> F32 [h, w], the factor on chroma near black and white; <c>smoothed_prior</c> and <c>weights</c> F32 [Q], see
/// <see cref="ColorStatistics"/>. Metadata: <c>temperature</c>, <c>rebalance</c>, <c>sure_entropy</c>, <c>saturation</c>.
/// </remarks>
public sealed class ColorDistribution
{
    /// <summary>Upper bound of the file, bytes: a picture of 512 × 512 pixels at one size would have 10 MB, and is refused.</summary>
    public const int MostBytes = 8 << 20;

    private readonly List<HostTensor> _tensors;
    private readonly Dictionary<string, string> _metadata;

    private ColorDistribution(List<HostTensor> tensors, Dictionary<string, string> metadata)
    {
        _tensors = tensors;
        _metadata = metadata;
    }

    /// <summary>Whether a decoding can be repeated from the file: the annealed mean, without mirror images.</summary>
    public static bool IsPossible(Decoding decoding)
    {
        ArgumentNullException.ThrowIfNull(decoding);
        return decoding is { Estimator: ColorEstimator.AnnealedMean, FlipAverage: false };
    }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to; it is left open.</param>
    /// <param name="saturation">Factor on the chroma with which the picture was coloured.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(Stream stream, double saturation) =>
        SafeTensors.Write(
            stream,
            _tensors,
            new Dictionary<string, string>(_metadata, StringComparer.Ordinal) { ["saturation"] = Text(saturation) }
        );

    /// <param name="logits_1Qhw">Logits of each size that is averaged, the picture's own first.</param>
    /// <param name="ab_2hw">The reading.</param>
    /// <param name="taper_11hw">Factor on chroma; null without one.</param>
    /// <param name="colors_2Q">Colours of the bins.</param>
    /// <param name="statistics">For rebalancing; null if unknown.</param>
    /// <param name="decoding">The reading's decoding.</param>
    /// <returns>Null if the file would be larger than <see cref="MostBytes"/>.</returns>
    internal static ColorDistribution? Of(
        IReadOnlyList<Tensor> logits_1Qhw,
        float[] ab_2hw,
        Tensor? taper_11hw,
        Tensor colors_2Q,
        ColorStatistics? statistics,
        Decoding decoding
    )
    {
        if (logits_1Qhw.Sum(static logits => logits.numel()) * 2 > MostBytes - (1 << 20)) // the other tensors have less than 1 MB
            return null;
        using var scope = NewDisposeScope();
        var size = logits_1Qhw[0].shape;
        var tensors = new List<HostTensor>();
        for (var i = 0; i < logits_1Qhw.Count; i++)
        {
            var half = (logits_1Qhw[i] - logits_1Qhw[i].amax([1], keepdim: true)).to(ScalarType.Float16).cpu().contiguous();
            tensors.Add(new HostTensor($"logits.{i}", TensorType.Float16, half.shape[1..], half.bytes.ToArray()));
        }

        Add("ab", ab_2hw, 2, size[2], size[3]);
        Add("colors", colors_2Q.cpu().contiguous().data<float>().ToArray(), colors_2Q.shape);
        if (taper_11hw is not null)
            Add("taper", taper_11hw.cpu().contiguous().data<float>().ToArray(), size[2], size[3]);
        if (statistics is not null)
        {
            Add("smoothed_prior", [.. statistics.SmoothedPrior.Select(static share => (float)share)], size[1]);
            Add("weights", statistics.Weights, size[1]);
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["temperature"] = Text(decoding.Temperature) };
        if (decoding.Rebalance is { } lambda)
            metadata["rebalance"] = Text(lambda);
        if (decoding.SureEntropy is { } sure)
            metadata["sure_entropy"] = Text(sure);
        return new ColorDistribution(tensors, metadata);

        void Add(string name, float[] values, params long[] shape) =>
            tensors.Add(new HostTensor(name, TensorType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
