using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Enlarges coarse colours to the full picture along its edges: within small windows of the thumbnail each of a and b is fitted as a straight line over lightness, and those lines,
/// interpolated, are applied to the full picture's own lightness. Where lightness has an edge, colour gets it too; where it has none, the window's mean remains.
/// </summary>
/// <remarks>
/// Source: K. He, J. Sun, X. Tang, Guided Image Filtering (IEEE TPAMI 35, 2013), eq. 5, 6, 8; K. He, J. Sun, Fast Guided Filter (arXiv 1505.00996, 2015), where coefficients are
/// computed small and enlarged bilinearly.
/// </remarks>
internal sealed class GuidedChroma : IDisposable
{
    /// <summary>
    /// The variance of lightness (in units of L²) that counts as an edge: the filter's ε. A step of two times its root (12 of L's 100) gets half of its colour step back. Lower values
    /// print lightness texture into the colours.
    /// </summary>
    private const float EdgeVariance = 36;

    /// <summary>The window's reach as a share of the thumbnail's shorter side: about one and a half cells of the network's grid of a quarter.</summary>
    private const double WindowShare = 1 / 40.0;

    private readonly int width;
    private readonly int height;
    private readonly int fullHeight;
    private readonly Vector256<float>[] lines; // per pixel of the thumbnail: slope and offset of a, slope and offset of b, over the root f(Y)
    private readonly Vector128<float>[] row;
    private readonly int[] columns;
    private readonly float[] fractions;

    /// <summary>Fits the lines.</summary>
    /// <param name="thumbnail">The upright picture, small.</param>
    /// <param name="ab">The colours.</param>
    /// <param name="factor">Factor on the colours.</param>
    /// <param name="turn">How the file's pixels are turned: rows are asked for as the file has them.</param>
    /// <param name="fullWidth">Width of the file's pixels.</param>
    /// <param name="fullHeight">Height of the file's pixels.</param>
    public GuidedChroma(Thumbnail thumbnail, AbPlane ab, double factor, QuarterTurn turn, int fullWidth, int fullHeight)
    {
        this.fullHeight = fullHeight;
        (width, height) = turn.Transpose ? (thumbnail.Height, thumbnail.Width) : (thumbnail.Width, thumbnail.Height);
        row = new Vector128<float>[width + 1];
        (columns, fractions) = Places(width, fullWidth);

        // Megabytes for each picture: pooled, or the collector of large objects would cost more than the filter.
        var pixels = width * height;
        lines = ArrayPool<Vector256<float>>.Shared.Rent(pixels);
        var samples = ArrayPool<Vector256<float>>.Shared.Rent(pixels);
        var reach = Math.Max(2, (int)Math.Round(Math.Min(width, height) * WindowShare));
        var mean = new WindowMean(width, height, reach);
        TakeSamples(thumbnail, ab, turn, samples);
        mean.Of(samples.AsSpan(0, pixels), lines);
        for (var i = 0; i < pixels; i++)
            samples[i] = Line(lines[i], (float)factor);
        mean.Of(samples.AsSpan(0, pixels), lines);
        ArrayPool<Vector256<float>>.Shared.Return(samples);
    }

    /// <summary>The colours of one row of the full picture.</summary>
    /// <param name="y">The row, from 0, as the file has it.</param>
    /// <param name="root">f(Y) of its pixels.</param>
    /// <param name="labA">Receives a.</param>
    /// <param name="labB">Receives b.</param>
    public void Row(int y, ReadOnlySpan<float> root, Span<float> labA, Span<float> labB)
    {
        var place = Math.Clamp(((y + 0.5) * height / fullHeight) - 0.5, 0, height - 1);
        var above = (int)place;
        var below = Math.Min(above + 1, height - 1);
        var share = (float)(place - above);
        var upper = lines.AsSpan(above * width, width);
        var lower = lines.AsSpan(below * width, width);
        for (var x = 0; x < width; x++)
            row[x] = upper[x].GetLower() + (share * (lower[x].GetLower() - upper[x].GetLower()));
        row[width] = row[width - 1];

        ref var line = ref MemoryMarshal.GetArrayDataReference(row);
        for (var x = 0; x < columns.Length; x++)
        {
            var left = Unsafe.Add(ref line, columns[x]);
            var right = Unsafe.Add(ref line, columns[x] + 1);
            var between = left + (fractions[x] * (right - left));
            var f = root[x];
            var products = between * Vector128.Create(f, 1, f, 1);
            var sums = products + Vector128.Shuffle(products, Vector128.Create(1, 0, 3, 2));
            labA[x] = sums.GetElement(0);
            labB[x] = sums.GetElement(2);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<Vector256<float>>.Shared.Return(lines);

    /// <summary>L, L², a, b, L·a and L·b of each pixel of the thumbnail, where the file has that pixel.</summary>
    private static void TakeSamples(Thumbnail thumbnail, AbPlane ab, QuarterTurn turn, Vector256<float>[] samples)
    {
        var (fileWidth, fileHeight) = turn.Transpose ? (thumbnail.Height, thumbnail.Width) : (thumbnail.Width, thumbnail.Height);
        var cells = ab.Width * ab.Height;
        var (lefts, shares) = Places(ab.Width, thumbnail.Width);
        var lightness = new float[LabRow.Padded(thumbnail.Width)];
        var colors = new Vector64<float>[ab.Width + 1];
        for (var y = 0; y < thumbnail.Height; y++)
        {
            TakeLightness(thumbnail.Rgb_HWC.AsSpan(y * thumbnail.Width * 3, thumbnail.Width * 3), lightness);
            var place = Math.Clamp(((y + 0.5) * ab.Height / thumbnail.Height) - 0.5, 0, ab.Height - 1);
            var above = (int)place * ab.Width;
            var below = Math.Min((int)place + 1, ab.Height - 1) * ab.Width;
            var share = (float)(place - (int)place);
            for (var x = 0; x < ab.Width; x++)
            {
                var upper = Vector64.Create(ab.Ab_2HW[above + x], ab.Ab_2HW[cells + above + x]);
                var lower = Vector64.Create(ab.Ab_2HW[below + x], ab.Ab_2HW[cells + below + x]);
                colors[x] = upper + (share * (lower - upper));
            }

            colors[ab.Width] = colors[ab.Width - 1];
            for (var x = 0; x < thumbnail.Width; x++)
            {
                var color = colors[lefts[x]] + (shares[x] * (colors[lefts[x] + 1] - colors[lefts[x]]));
                var (l, a, b) = (lightness[x], color.GetElement(0), color.GetElement(1));
                var (fileX, fileY) = turn.ToFile(x, y, fileWidth, fileHeight);
                samples[(fileY * fileWidth) + fileX] = Vector256.Create(l, l * l, a, b, l * a, l * b, 0, 0);
            }
        }
    }

    private static void TakeLightness(ReadOnlySpan<byte> rgb, Span<float> lightness)
    {
        var (wr, wg, wb) = LabMatrix.Y;
        var linear = SrgbCurve.LinearOfByte;
        for (int x = 0, i = 0; i + 2 < rgb.Length; x++, i += 3)
            lightness[x] = (wr * linear[rgb[i]]) + (wg * linear[rgb[i + 1]]) + (wb * linear[rgb[i + 2]]);
        LabRow.Root(lightness, lightness);
        foreach (ref var value in lightness)
            value = (116 * value) - 16;
    }

    /// <summary>The lines of a and b fitted over a window, from the window's means. L = 116 f − 16: they are kept over f, which the rows have at hand.</summary>
    private static Vector256<float> Line(Vector256<float> means, float factor)
    {
        var (l, ll, a, b, la, lb) = (means[0], means[1], means[2], means[3], means[4], means[5]);
        var spread = factor / (Math.Max(0, ll - (l * l)) + EdgeVariance);
        var slopeA = (la - (l * a)) * spread;
        var slopeB = (lb - (l * b)) * spread;
        return Vector256.Create(116 * slopeA, (factor * a) - (slopeA * (l + 16)), 116 * slopeB, (factor * b) - (slopeB * (l + 16)), 0, 0, 0, 0);
    }

    /// <summary>For each pixel of the longer row: the pixel of the shorter one to its left, and how far it is beyond that one's centre.</summary>
    private static (int[] Lefts, float[] Shares) Places(int shortLength, int longLength)
    {
        var lefts = new int[longLength];
        var shares = new float[longLength];
        for (var x = 0; x < longLength; x++)
        {
            var place = Math.Clamp(((x + 0.5) * shortLength / longLength) - 0.5, 0, shortLength - 1);
            lefts[x] = (int)place;
            shares[x] = (float)(place - lefts[x]);
        }

        return (lefts, shares);
    }
}
