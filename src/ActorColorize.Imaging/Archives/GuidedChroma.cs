using System.Numerics;
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
internal sealed class GuidedChroma
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
    private readonly Vector128<float>[] lines; // per pixel of the thumbnail: slope and offset of a, slope and offset of b, over the root f(Y)
    private readonly Vector128<float>[] row;
    private readonly int[] columns;
    private readonly float[] fractions;
    private readonly int fullHeight;

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
        var lightness = Turned(Lightness(thumbnail), thumbnail, turn);
        var a = Turned(Enlarged(ab, 0, thumbnail), thumbnail, turn);
        var b = Turned(Enlarged(ab, 1, thumbnail), thumbnail, turn);
        lines = Fit(lightness, a, b, (float)factor);
        row = new Vector128<float>[width + 1];
        (columns, fractions) = Places(width, fullWidth);
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
        var share = Vector128.Create((float)(place - above));
        var upper = lines.AsSpan(above * width, width);
        var lower = lines.AsSpan(below * width, width);
        for (var x = 0; x < width; x++)
            row[x] = upper[x] + (share * (lower[x] - upper[x]));
        row[width] = row[width - 1];

        ref var line = ref MemoryMarshal.GetArrayDataReference(row);
        for (var x = 0; x < columns.Length; x++)
        {
            var left = System.Runtime.CompilerServices.Unsafe.Add(ref line, columns[x]);
            var right = System.Runtime.CompilerServices.Unsafe.Add(ref line, columns[x] + 1);
            var between = left + (fractions[x] * (right - left));
            var r = root[x];
            var products = between * Vector128.Create(r, 1, r, 1);
            var sums = products + Vector128.Shuffle(products, Vector128.Create(1, 0, 3, 2));
            labA[x] = sums.GetElement(0);
            labB[x] = sums.GetElement(2);
        }
    }

    private static float[] Lightness(Thumbnail thumbnail)
    {
        var pixels = thumbnail.Width * thumbnail.Height;
        var luminance = new float[LabRow.Padded(pixels)];
        var (wr, wg, wb) = LabMatrix.Y;
        var linear = SrgbCurve.LinearOfByte;
        for (var i = 0; i < pixels; i++)
        {
            var rgb = thumbnail.Rgb_HWC.AsSpan(i * 3, 3);
            luminance[i] = (wr * linear[rgb[0]]) + (wg * linear[rgb[1]]) + (wb * linear[rgb[2]]);
        }

        var lightness = new float[luminance.Length];
        LabRow.Root(luminance, lightness);
        for (var i = 0; i < pixels; i++)
            lightness[i] = (116 * lightness[i]) - 16;
        return lightness[..pixels];
    }

    private static float[] Enlarged(AbPlane ab, int plane, Thumbnail thumbnail)
    {
        var cells = ab.Ab_2HW.AsSpan(plane * ab.Width * ab.Height, ab.Width * ab.Height);
        var enlarged = new float[thumbnail.Width * thumbnail.Height];
        var (lefts, shares) = Places(ab.Width, thumbnail.Width);
        for (var y = 0; y < thumbnail.Height; y++)
        {
            var place = Math.Clamp(((y + 0.5) * ab.Height / thumbnail.Height) - 0.5, 0, ab.Height - 1);
            var above = (int)place;
            var share = (float)(place - above);
            var upper = cells.Slice(above * ab.Width, ab.Width);
            var lower = cells.Slice(Math.Min(above + 1, ab.Height - 1) * ab.Width, ab.Width);
            for (var x = 0; x < thumbnail.Width; x++)
            {
                var left = lefts[x];
                var right = Math.Min(left + 1, ab.Width - 1);
                var top = upper[left] + (shares[x] * (upper[right] - upper[left]));
                var bottom = lower[left] + (shares[x] * (lower[right] - lower[left]));
                enlarged[(y * thumbnail.Width) + x] = top + (share * (bottom - top));
            }
        }

        return enlarged;
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

    private static float[] Turned(float[] upright, Thumbnail thumbnail, QuarterTurn turn)
    {
        if (turn.IsNone)
            return upright;
        var turned = new float[upright.Length];
        var (fileWidth, fileHeight) = turn.Transpose ? (thumbnail.Height, thumbnail.Width) : (thumbnail.Width, thumbnail.Height);
        for (var y = 0; y < thumbnail.Height; y++)
        {
            for (var x = 0; x < thumbnail.Width; x++)
            {
                var (fileX, fileY) = turn.ToFile(x, y, fileWidth, fileHeight);
                turned[(fileY * fileWidth) + fileX] = upright[(y * thumbnail.Width) + x];
            }
        }

        return turned;
    }

    private Vector128<float>[] Fit(float[] lightness, float[] a, float[] b, float factor)
    {
        var reach = Math.Max(2, (int)Math.Round(Math.Min(width, height) * WindowShare));
        var mean = new WindowMean(width, height, reach);
        var meanL = mean.Of(lightness);
        var meanLL = mean.Of(Products(lightness, lightness));
        var (slopeA, offsetA) = Lines(mean, lightness, meanL, meanLL, a);
        var (slopeB, offsetB) = Lines(mean, lightness, meanL, meanLL, b);
        var fitted = new Vector128<float>[lightness.Length];
        for (var i = 0; i < fitted.Length; i++)
        {
            // L = 116 f − 16: the lines are kept over f, which the rows have at hand.
            fitted[i] = factor * Vector128.Create(116 * slopeA[i], offsetA[i] - (16 * slopeA[i]), 116 * slopeB[i], offsetB[i] - (16 * slopeB[i]));
        }

        return fitted;
    }

    private static (float[] Slope, float[] Offset) Lines(WindowMean mean, float[] lightness, float[] meanL, float[] meanLL, float[] color)
    {
        var meanC = mean.Of(color);
        var meanLC = mean.Of(Products(lightness, color));
        var slope = new float[color.Length];
        var offset = new float[color.Length];
        for (var i = 0; i < color.Length; i++)
        {
            slope[i] = (meanLC[i] - (meanL[i] * meanC[i])) / (Math.Max(0, meanLL[i] - (meanL[i] * meanL[i])) + EdgeVariance);
            offset[i] = meanC[i] - (slope[i] * meanL[i]);
        }

        return (mean.Of(slope), mean.Of(offset));
    }

    private static float[] Products(float[] left, float[] right)
    {
        var products = new float[left.Length];
        var i = 0;
        for (; i + Vector<float>.Count <= products.Length; i += Vector<float>.Count)
            (new Vector<float>(left, i) * new Vector<float>(right, i)).CopyTo(products, i);
        for (; i < products.Length; i++)
            products[i] = left[i] * right[i];
        return products;
    }
}
