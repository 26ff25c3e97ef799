using System.Numerics;

namespace ActorColorize.Imaging.Archives;

/// <summary>The mean over the square window around each pixel, with running sums: the cost does not depend on the window's size. At the borders the window is cut off.</summary>
/// <param name="width">Width of the planes.</param>
/// <param name="height">Height of the planes.</param>
/// <param name="reach">The window has 2 × reach + 1 pixels each way.</param>
internal sealed class WindowMean(int width, int height, int reach)
{
    private readonly float[] columnSums = new float[width];
    private readonly float[] reciprocalWidths = [.. Enumerable.Range(0, width).Select(x => 1f / (Math.Min(x + reach, width - 1) - Math.Max(x - reach, 0) + 1))];

    /// <summary>The means of a plane.</summary>
    public float[] Of(float[] plane)
    {
        var means = new float[plane.Length];
        Array.Clear(columnSums);
        for (var y = 0; y < Math.Min(reach, height); y++)
            Add(plane.AsSpan(y * width, width), 1);
        for (var y = 0; y < height; y++)
        {
            if (y + reach < height)
                Add(plane.AsSpan((y + reach) * width, width), 1);
            if (y - reach - 1 >= 0)
                Add(plane.AsSpan((y - reach - 1) * width, width), -1);
            var rows = Math.Min(y + reach, height - 1) - Math.Max(y - reach, 0) + 1;
            AcrossRow(means.AsSpan(y * width, width), 1f / rows);
        }

        return means;
    }

    private void Add(ReadOnlySpan<float> row, float sign)
    {
        var x = 0;
        for (; x + Vector<float>.Count <= width; x += Vector<float>.Count)
            (new Vector<float>(columnSums, x) + (sign * new Vector<float>(row[x..]))).CopyTo(columnSums, x);
        for (; x < width; x++)
            columnSums[x] += sign * row[x];
    }

    private void AcrossRow(Span<float> means, float reciprocalRows)
    {
        var sum = 0f;
        for (var x = 0; x < Math.Min(reach, width); x++)
            sum += columnSums[x];
        for (var x = 0; x < means.Length; x++)
        {
            if (x + reach < width)
                sum += columnSums[x + reach];
            if (x - reach - 1 >= 0)
                sum -= columnSums[x - reach - 1];
            means[x] = sum * reciprocalWidths[x] * reciprocalRows;
        }
    }
}
