using System.Runtime.InteropServices;

namespace ActorColorize.Imaging.Training;

/// <summary>
/// Distinguishes grey and single-tint pictures (sepia, cyanotype, a yellowed scan) from colour ones. They are excluded from training, where
/// they would teach grey, and are the ones to colour in an archive.
/// </summary>
/// <remarks>
/// In a monochrome picture the colour follows from the lightness: pixels of the same lightness have the same tint. So for each lightness
/// the mean tint is taken (over pixels within
/// 4 levels of it, weighted by nearness), and each pixel is measured against it. Tint is the pair (R − G, (R + G)/2 − B), lightness is (R +
/// G + B)/3, both in 8-bit levels; the
/// mean of the channels rather than luma, because toning that clips in the highlights is still a function of it. The picture is monochrome
/// when 99 of 100 pixels are within
/// <see cref="Tolerance"/> of their tint: enough for the chroma noise of JPEG and of scanners, while a red coat or a yellow car of more
/// than 1 % of the area is colour.
/// <para>
/// The tolerance was set by looking at 8,000 photographs of scenes: below 6.5 nearly all were taken or toned in one tint (about 1 % more
/// were mist or dusk, which have almost no colour); above 8 most were muted colour photographs.
/// </para>
/// </remarks>
public static class Monochrome
{
    /// <summary>Largest distance of a pixel from the tint of its lightness, in 8-bit levels.</summary>
    public const double Tolerance = 6.5;

    /// <summary>The share of pixels that may be farther away than <see cref="Tolerance"/>.</summary>
    public const double OutlierShare = 0.01;

    private const int Levels = 256;
    private const int Reach = 4;

    /// <summary>
    /// Whether a picture is grey or of a single tint. Meant for thumbnails: 16,000 to 100,000 pixels; in full-size pictures the noise of
    /// single pixels counts as colour.
    /// </summary>
    /// <param name="rgb_HWC">RGB24 pixels in any order.</param>
    /// <exception cref="ArgumentException">Not a whole number of pixels, or none.</exception>
    public static bool IsMonochrome(ReadOnlySpan<byte> rgb_HWC)
    {
        if (rgb_HWC.Length == 0 || rgb_HWC.Length % 3 != 0)
            throw new ArgumentException($"RGB24 pixels have 3 bytes each; {rgb_HWC.Length} is not a multiple of 3.", nameof(rgb_HWC));

        Span<Tint> sums = stackalloc Tint[Levels];
        sums.Clear();
        for (var i = 0; i < rgb_HWC.Length; i += 3)
        {
            int r = rgb_HWC[i],
                g = rgb_HWC[i + 1],
                b = rgb_HWC[i + 2];
            ref var sum = ref sums[(r + g + b) / 3];
            sum.Pixels++;
            sum.RedGreen += r - g;
            sum.YellowBlue += ((r + g) * 0.5f) - b;
        }

        Span<Tint> tints = stackalloc Tint[Levels];
        for (var level = 0; level < Levels; level++)
            tints[level] = MeanAround(sums, level);

        const float farthest = (float)(Tolerance * Tolerance);
        var outliers = 0;
        for (var i = 0; i < rgb_HWC.Length; i += 3)
        {
            int r = rgb_HWC[i],
                g = rgb_HWC[i + 1],
                b = rgb_HWC[i + 2];
            ref var tint = ref tints[(r + g + b) / 3];
            var redGreen = r - g - tint.RedGreen;
            var yellowBlue = ((r + g) * 0.5f) - b - tint.YellowBlue;
            if ((redGreen * redGreen) + (yellowBlue * yellowBlue) > farthest)
                outliers++;
        }

        return outliers <= OutlierShare * (rgb_HWC.Length / 3);
    }

    private static Tint MeanAround(ReadOnlySpan<Tint> sums, int level)
    {
        var total = default(Tint);
        for (var offset = 1 - Reach; offset < Reach; offset++)
        {
            var near = level + offset;
            if (near is < 0 or >= Levels)
                continue;
            var weight = Reach - Math.Abs(offset);
            total.Pixels += weight * sums[near].Pixels;
            total.RedGreen += weight * sums[near].RedGreen;
            total.YellowBlue += weight * sums[near].YellowBlue;
        }

        return total.Pixels == 0
            ? default
            : new Tint
            {
                Pixels = total.Pixels,
                RedGreen = total.RedGreen / total.Pixels,
                YellowBlue = total.YellowBlue / total.Pixels,
            };
    }

    /// <summary>Sums, and then means, of the tints of one lightness.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Tint
    {
        public float Pixels;
        public float RedGreen;
        public float YellowBlue;
    }
}
