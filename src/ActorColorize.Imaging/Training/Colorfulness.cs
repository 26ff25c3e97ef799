namespace ActorColorize.Imaging.Training;

/// <summary>Perceived colourfulness of a picture.</summary>
/// <remarks>
/// M⁽³⁾ of D. Hasler and S. Süsstrunk, "Measuring colourfulness in natural images" (SPIE 5007, 2003): with rg = R − G and yb = (R + G)/2 −
/// B in 8-bit levels, √(σ²rg + σ²yb) + 0.3 √(μ²rg + μ²yb). The authors' scale: 0 not, 15 slightly, 33 moderately, 45 averagely, 59 quite,
/// 82 highly, 109 extremely colourful.
/// </remarks>
public static class Colorfulness
{
    /// <summary>The measure of a picture: 0 is grey, 109 and more extremely colourful.</summary>
    /// <param name="rgb_HWC">RGB24 pixels in any order.</param>
    /// <exception cref="ArgumentException">Not a whole number of pixels, or none.</exception>
    public static double Of(ReadOnlySpan<byte> rgb_HWC)
    {
        if (rgb_HWC.Length == 0 || rgb_HWC.Length % 3 != 0)
            throw new ArgumentException($"RGB24 pixels have 3 bytes each; {rgb_HWC.Length} is not a multiple of 3.", nameof(rgb_HWC));

        // Twice yb, so that all sums are whole numbers.
        long rg = 0,
            rgSquares = 0,
            yb = 0,
            ybSquares = 0;
        for (var i = 0; i < rgb_HWC.Length; i += 3)
        {
            int redGreen = rgb_HWC[i] - rgb_HWC[i + 1],
                yellowBlue = rgb_HWC[i] + rgb_HWC[i + 1] - (2 * rgb_HWC[i + 2]);
            rg += redGreen;
            rgSquares += redGreen * redGreen;
            yb += yellowBlue;
            ybSquares += yellowBlue * yellowBlue;
        }

        double pixels = rgb_HWC.Length / 3;
        double rgMean = rg / pixels,
            ybMean = yb / (2 * pixels);
        var variance = Math.Max(0, (rgSquares / pixels) - (rgMean * rgMean)) + Math.Max(0, (ybSquares / (4 * pixels)) - (ybMean * ybMean));
        return Math.Sqrt(variance) + (0.3 * Math.Sqrt((rgMean * rgMean) + (ybMean * ybMean)));
    }
}
