using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ActorColorize.Imaging.Training;

/// <summary>
/// Resamples a rectangle of an RGBA picture to a square tile with a triangle filter whose width grows with the reduction, so that there is
/// no aliasing; when enlarging, it equals bilinear interpolation. Pixel centres are at half coordinates. Reuses its tables: one instance
/// per decoding task.
/// </summary>
internal sealed class AreaResampler
{
    private readonly TapTable columns = new();
    private readonly TapTable rows = new();
    private Vector128<float>[] sums = [];
    private Vector128<float>[] ringBuffer = [];

    /// <summary>Resamples.</summary>
    /// <param name="rgba">The picture, 4 bytes a pixel, rows without gaps.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="left">Left edge of the rectangle in pixels; may be fractional.</param>
    /// <param name="top">Upper edge.</param>
    /// <param name="extentX">Width of the rectangle.</param>
    /// <param name="extentY">Height of the rectangle.</param>
    /// <param name="tile">side × side × 4 bytes for the result.</param>
    /// <param name="side">Side of the result.</param>
    public void Resample(
        ReadOnlySpan<byte> rgba,
        int width,
        int height,
        double left,
        double top,
        double extentX,
        double extentY,
        Span<byte> tile,
        int side
    )
    {
        columns.Build(left, extentX, width, side);
        rows.Build(top, extentY, height, side);
        if (sums.Length < side)
            sums = new Vector128<float>[side];
        var sumOfRow = sums.AsSpan(0, side);
        var resampledRows = rows.Last - rows.First;
        // Each source row is reduced once, into a ring that holds the rows which one output row looks at.
        var ringRows = Math.Min(resampledRows, rows.MostTaps);
        var ring = Ring(ringRows * side);
        var next = rows.First;
        for (var y = 0; y < side; y++)
        {
            var weights = rows.At(y, out var start);
            for (; next < start + weights.Length; next++)
                ReduceRow(rgba.Slice(next * width * 4, width * 4), ring.AsSpan(next % ringRows * side, side));
            sumOfRow.Clear();
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var weight = Vector128.Create(weights[tap]);
                var reduced = ring.AsSpan((start + tap) % ringRows * side, side);
                for (var x = 0; x < sumOfRow.Length; x++)
                    sumOfRow[x] += weight * reduced[x];
            }

            var target = MemoryMarshal.Cast<byte, uint>(tile.Slice(y * side * 4, side * 4));
            for (var x = 0; x < target.Length; x++)
                target[x] = ToBytes(sumOfRow[x]);
        }
    }

    private Vector128<float>[] Ring(int length)
    {
        if (ringBuffer.Length < length)
            ringBuffer = new Vector128<float>[length];
        return ringBuffer;
    }

    private void ReduceRow(ReadOnlySpan<byte> row, Span<Vector128<float>> reduced)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(row);
        for (var x = 0; x < reduced.Length; x++)
        {
            var weights = columns.At(x, out var start);
            var sum = Vector128<float>.Zero;
            var taps = pixels.Slice(start, weights.Length);
            for (var tap = 0; tap < taps.Length; tap++)
                sum += Vector128.Create(weights[tap]) * FromBytes(taps[tap]);
            reduced[x] = sum;
        }
    }

    private static Vector128<float> FromBytes(uint pixel) =>
        Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pixel).AsByte())).AsInt32());

    // The weights are not negative and sum to one: the result cannot leave 0…255 by more than rounding.
    private static uint ToBytes(Vector128<float> color)
    {
        var whole = Vector128.ConvertToInt32(color + Vector128.Create(0.5f));
        var words = Vector128.Narrow(whole, whole);
        return Vector128.Narrow(words.AsUInt16(), words.AsUInt16()).AsUInt32().ToScalar();
    }

    /// <summary>For each output pixel of one direction: the first source pixel and the weights.</summary>
    private sealed class TapTable
    {
        private int[] starts = [];
        private int[] counts = [];
        private float[] weights = [];

        public int MostTaps { get; private set; }

        public int First => starts[0];

        public int Last { get; private set; }

        public ReadOnlySpan<float> At(int index, out int start)
        {
            start = starts[index];
            return weights.AsSpan(index * MostTaps, counts[index]);
        }

        public void Build(double begin, double extent, int length, int side)
        {
            var step = extent / side;
            var reach = Math.Max(1, step);
            MostTaps = Math.Min(length, (int)Math.Ceiling(2 * reach) + 1);
            if (starts.Length < side)
            {
                starts = new int[side];
                counts = new int[side];
            }

            if (weights.Length < side * MostTaps)
                weights = new float[side * MostTaps];
            Last = 0;
            for (var i = 0; i < side; i++)
            {
                var center = begin + ((i + 0.5) * step);
                var first = Math.Clamp((int)Math.Floor(center - reach + 0.5), 0, length - 1);
                var last = Math.Clamp((int)Math.Ceiling(center + reach - 0.5), first + 1, length);
                last = Math.Min(last, first + MostTaps);
                var own = weights.AsSpan(i * MostTaps, last - first);
                var sum = 0.0;
                for (var tap = 0; tap < own.Length; tap++)
                {
                    var weight = Math.Max(0, 1 - (Math.Abs(first + tap + 0.5 - center) / reach));
                    own[tap] = (float)weight;
                    sum += weight;
                }

                // At the picture's edge part of the filter hangs over: what is left counts fully. A centre beyond the last pixel's takes
                // that pixel.
                if (sum > 0)
                {
                    for (var tap = 0; tap < own.Length; tap++)
                        own[tap] = (float)(own[tap] / sum);
                }
                else
                {
                    own.Clear();
                    own[0] = 1;
                }

                starts[i] = first;
                counts[i] = own.Length;
                Last = Math.Max(Last, last);
            }
        }
    }
}
