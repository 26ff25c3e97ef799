using System.Runtime.Intrinsics;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// The mean over the square window around each pixel, of eight quantities at once, with running sums: the cost does not depend on the
/// window's size. At the edges the window is clipped.
/// </summary>
/// <param name="width">Width of the plane.</param>
/// <param name="height">Height of the plane.</param>
/// <param name="reach">The window has 2 × reach + 1 pixels each way.</param>
internal sealed class WindowMean(int width, int height, int reach)
{
    private readonly Vector256<float>[] columnSums = new Vector256<float>[width];
    private readonly float[] reciprocalWidths =
    [
        .. Enumerable.Range(0, width).Select(x => 1f / (Math.Min(x + reach, width - 1) - Math.Max(x - reach, 0) + 1)),
    ];

    /// <summary>Computes the means.</summary>
    /// <param name="plane">Width × height pixels.</param>
    /// <param name="means">Receives as many; must not be the same memory.</param>
    public void Of(ReadOnlySpan<Vector256<float>> plane, Span<Vector256<float>> means)
    {
        Array.Clear(columnSums);
        for (var y = 0; y < Math.Min(reach, height); y++)
            Add(plane.Slice(y * width, width));
        for (var y = 0; y < height; y++)
        {
            if (y + reach < height)
                Add(plane.Slice((y + reach) * width, width));
            if (y - reach - 1 >= 0)
                Subtract(plane.Slice((y - reach - 1) * width, width));
            var rows = Math.Min(y + reach, height - 1) - Math.Max(y - reach, 0) + 1;
            AcrossRow(means.Slice(y * width, width), 1f / rows);
        }
    }

    private void Add(ReadOnlySpan<Vector256<float>> row)
    {
        var sums = columnSums.AsSpan(0, row.Length);
        for (var x = 0; x < row.Length; x++)
            sums[x] += row[x];
    }

    private void Subtract(ReadOnlySpan<Vector256<float>> row)
    {
        var sums = columnSums.AsSpan(0, row.Length);
        for (var x = 0; x < row.Length; x++)
            sums[x] -= row[x];
    }

    private void AcrossRow(Span<Vector256<float>> means, float reciprocalRows)
    {
        var sum = Vector256<float>.Zero;
        for (var x = 0; x < Math.Min(reach, width); x++)
            sum += columnSums[x];
        for (var x = 0; x < means.Length; x++)
        {
            if (x + reach < width)
                sum += columnSums[x + reach];
            if (x - reach - 1 >= 0)
                sum -= columnSums[x - reach - 1];
            means[x] = sum * (reciprocalWidths[x] * reciprocalRows);
        }
    }
}
