using ActorColorize.Data.Sampling;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Training;

// Shapes: B pictures, H height, W width.

/// <summary>Applies a lightness curve to each picture of a batch, on the device.</summary>
/// <param name="Gamma_B111">float32: exponents.</param>
/// <param name="Gain_B111">float32: factors.</param>
internal sealed record LightnessBend(Tensor Gamma_B111, Tensor Gain_B111)
{
    private const double White = 100;

    /// <summary>
    /// The curves of a batch on the device; null if there are none, or all are the identity. Owned by the caller's scope.
    /// </summary>
    /// <exception cref="ArgumentException">Their number differs from the batch size.</exception>
    public static LightnessBend? For(IReadOnlyList<LightnessCurve>? lightness_B, int batch, Device device)
    {
        if (lightness_B is null or [] || lightness_B.All(static curve => curve.IsIdentity))
            return null;
        if (lightness_B.Count != batch)
            throw new ArgumentException($"{lightness_B.Count} lightness curves for {batch} pictures", nameof(lightness_B));
        Tensor Column(Func<LightnessCurve, double> value) =>
            tensor(lightness_B.Select(curve => (float)value(curve)).ToArray(), [batch, 1, 1, 1], device: device);
        return new LightnessBend(Column(static curve => curve.Gamma), Column(static curve => curve.Gain));
    }

    /// <summary>Applies the curves to some of the batch's pictures.</summary>
    /// <param name="lightness_B1HW">float32, 0..100: the pictures from <paramref name="first"/> on.</param>
    /// <param name="first">The index in the batch of the first picture.</param>
    /// <returns>float32 of the same shape, 0..100.</returns>
    public Tensor Apply(Tensor lightness_B1HW, int first)
    {
        using var scope = NewDisposeScope();
        var count = lightness_B1HW.shape[0];
        // Black may lie a rounding error below 0, where powers are not defined.
        var relative_B1HW = lightness_B1HW.div(K(White)).clamp_(K(0), K(1));
        var bent_B1HW = relative_B1HW
            .pow(Gamma_B111.narrow(0, first, count))
            .mul_(Gain_B111.narrow(0, first, count))
            .mul_(K(White))
            .clamp_(K(0), K(White));
        return bent_B1HW.MoveToOuterDisposeScope();
    }
}
