using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width, 3 channels R G B or L a b.

/// <summary>Measures of single pictures, vectorized over a batch. Each returns one float64 value per picture.</summary>
public static class PictureQuality
{
    /// <summary>Largest ab error on the curve; the curve has one point per whole error from 0 to here.</summary>
    public const int LargestThreshold = 150;

    /// <summary>Points on the curve.</summary>
    internal const int Thresholds = LargestThreshold + 1;

    /// <summary>
    /// Lower bound of the mean squared error: 1/12, that of rounding to 8 bits. It limits the PSNR of an exact picture to 58.9 dB, which
    /// otherwise would be infinite and dominate the mean.
    /// </summary>
    public const double SmallestSquaredError = 1.0 / 12;

    /// <summary>
    /// Height of the error curve averaged over its thresholds, per pixel: the share of t = 0, 1, …, 150 that the pixel's error in ab is
    /// within (Zhang, Isola, Efros 2016: "AuC"). The mean over the pixels of a set is the area under the set's curve, since both are sums
    /// over the same pairs (pixel, threshold): #{t : d ≤ t} = 151 − ⌈d⌉, from 0 to 151.
    /// </summary>
    /// <param name="truth_B2HW">float32, [B, 2, H, W].</param>
    /// <param name="predicted_B2HW">float32, [B, 2, H, W].</param>
    /// <returns>float32, [B, H, W], 0..1.</returns>
    public static Tensor ShareOfThresholdsMet(Tensor truth_B2HW, Tensor predicted_B2HW)
    {
        ArgumentNullException.ThrowIfNull(truth_B2HW);
        using var scope = NewDisposeScope();
        return ShareOfThresholdsMet(LeastThresholdMet(truth_B2HW, predicted_B2HW)).MoveToOuterDisposeScope();
    }

    /// <summary>Where each pixel enters the error curve: the smallest threshold that its error in ab is within, ⌈d⌉.</summary>
    /// <param name="truth_B2HW">float32, [B, 2, H, W].</param>
    /// <param name="predicted_B2HW">float32, [B, 2, H, W].</param>
    /// <returns>float32 whole numbers, [B, H, W], 0..150, and 151 where the error is above the largest threshold.</returns>
    internal static Tensor LeastThresholdMet(Tensor truth_B2HW, Tensor predicted_B2HW)
    {
        using var scope = NewDisposeScope();
        var difference_B2HW = truth_B2HW - predicted_B2HW;
        var distance_BHW = hypot(difference_B2HW.select(1, 0), difference_B2HW.select(1, 1));
        return distance_BHW.ceil_().clamp_(K(0), K(Thresholds)).MoveToOuterDisposeScope();
    }

    /// <summary><see cref="ShareOfThresholdsMet(Tensor, Tensor)"/> from the result of <see cref="LeastThresholdMet"/>.</summary>
    internal static Tensor ShareOfThresholdsMet(Tensor least_BHW)
    {
        using var scope = NewDisposeScope();
        return (least_BHW - K(Thresholds)).div_(K(-Thresholds)).MoveToOuterDisposeScope();
    }

    /// <summary>Peak signal-to-noise ratio over the three channels of 8-bit pictures, dB: 10 log₁₀(255² / MSE).</summary>
    /// <param name="truth_B3HW">float32 codes 0..255, [B, 3, H, W].</param>
    /// <param name="picture_B3HW">The same for the picture.</param>
    /// <returns>float64, [B].</returns>
    public static Tensor Psnr(Tensor truth_B3HW, Tensor picture_B3HW)
    {
        ArgumentNullException.ThrowIfNull(truth_B3HW);
        using var scope = NewDisposeScope();
        var error_B = (truth_B3HW - picture_B3HW).Squared().mean([1, 2, 3], type: ScalarType.Float64).clamp_(min: K(SmallestSquaredError));
        return error_B.log10_().neg_().Add(K(2 * Math.Log10(255))).mul_(K(10)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Colorfulness M⁽³⁾ of Hasler and Süsstrunk, <i>Measuring colourfulness in natural images</i>, SPIE 5007 (2003): with rg = R − G and
    /// yb = (R + G)/2 − B, M = √(σ²rg + σ²yb) + 0.3 √(μ²rg + μ²yb). 0 is grey, above about 80 is extremely colourful.
    /// </summary>
    /// <param name="codes_B3HW">float32 codes 0..255, [B, 3, H, W].</param>
    /// <returns>float64, [B].</returns>
    public static Tensor Colorfulness(Tensor codes_B3HW)
    {
        ArgumentNullException.ThrowIfNull(codes_B3HW);
        using var scope = NewDisposeScope();
        Tensor red = codes_B3HW.select(1, 0),
            green = codes_B3HW.select(1, 1),
            blue = codes_B3HW.select(1, 2);
        var (rgMean, rgVariance) = Moments(red - green);
        var (ybMean, ybVariance) = Moments(red.Plus(green).mul_(K(0.5)).sub_(blue));
        var deviation_B = rgVariance.Plus(ybVariance).sqrt_();
        var mean_B = rgMean.Squared().Plus(ybMean.Squared()).sqrt_();
        return deviation_B.Plus(mean_B * K(0.3)).MoveToOuterDisposeScope();
    }

    /// <summary>8-bit codes of pictures in CIELAB, as a file would hold them: clipped to the gamut and rounded.</summary>
    /// <param name="rgb_B3HW">float32 sRGB, 0..1 inside the gamut.</param>
    /// <returns>float32 whole numbers 0..255, [B, 3, H, W].</returns>
    public static Tensor Codes(Tensor rgb_B3HW)
    {
        ArgumentNullException.ThrowIfNull(rgb_B3HW);
        return rgb_B3HW.clamp(K(0), K(1)).mul_(K(255)).round_();
    }

    /// <summary>
    /// Mean and (population) variance per picture. The opponent planes are multiples of one half below 2⁹, so their float32 values are
    /// exact.
    /// </summary>
    private static (Tensor Mean_B, Tensor Variance_B) Moments(Tensor plane_BHW)
    {
        var mean_B = plane_BHW.mean([1, 2], type: ScalarType.Float64);
        var squares_B = plane_BHW.Squared().mean([1, 2], type: ScalarType.Float64);
        return (mean_B, (squares_B - mean_B.Squared()).clamp_(min: K(0)));
    }
}
