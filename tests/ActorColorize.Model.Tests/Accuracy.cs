using ActorColorize.Model.Devices;

namespace ActorColorize.Model.Tests;

/// <summary>
/// How far single precision may be from exact arithmetic, whatever kernels the processor has. One sum of K terms errs as
/// <see cref="ConvolutionCheck"/> derives; the errors of L layers one after the other are independent and their squares add up, so together
/// they err as one sum of L·K terms. Kernels differ in the order of their sums, not in how many terms there are.
/// </summary>
internal static class Accuracy
{
    private const int Layers = 22; // convolutions of Sessions.Narrow
    private const int LongestForwardSum = 32 * 3 * 3; // channels × kernel
    private const int LongestGradientSum = 4 * 32 * 32; // pixels of the batch, summed for a weight of the first layer

    /// <summary>Relative error of a forward pass through the narrow network, and of a loss.</summary>
    public static double Forward { get; } = ConvolutionCheck.Tolerance(Precision.Fp32, Layers * LongestForwardSum);

    /// <summary>Relative error of a gradient of the narrow network, for which it is passed forwards and backwards.</summary>
    public static double Gradient { get; } = ConvolutionCheck.Tolerance(Precision.Fp32, 2 * Layers * LongestGradientSum);

    /// <summary>The same of the square of a gradient, as in Adam's second moment: d(g²)/g² = 2·dg/g.</summary>
    public static double SquaredGradient => 2 * Gradient;

    /// <summary>About 64 elements, evenly spaced: those that scripts/make_fixtures.py writes down.</summary>
    public static double[] Sample(float[] values)
    {
        var stride = Math.Max(1, values.Length / 64);
        return [.. values.Where((_, i) => i % stride == 0).Select(static v => (double)v)];
    }

    /// <summary>|actual − expected| / |expected| as vectors: how far off as a share of the whole.</summary>
    public static double RelativeDistance(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        var difference = expected.Zip(actual, static (e, a) => (e - a) * (e - a)).Sum();
        return Math.Sqrt(difference / expected.Sum(static e => e * e));
    }
}
