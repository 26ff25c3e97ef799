using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Archives;

/// <summary>How colourful finished pixels are: the mean of √(a² + b²) over an even grid of the picture's pixels.</summary>
/// <param name="width">Width of the picture.</param>
/// <param name="height">Height of the picture.</param>
internal sealed class ChromaMeasure(int width, int height)
{
    private const int MostPixels = 4_096;

    private readonly int step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt((double)width * height / MostPixels)));
    private double sum;
    private long count;

    /// <summary>The mean of what was added.</summary>
    public double Mean => count == 0 ? 0 : sum / count;

    /// <summary>Adds rows of the picture.</summary>
    /// <param name="pixels">The rows.</param>
    /// <param name="top">Which row the first of them is.</param>
    public void Add(NativePixels pixels, int top = 0)
    {
        for (var y = step / 2; y < top + pixels.Height; y += step)
        {
            for (var x = step / 2; y >= top && x < pixels.Width; x += step, count++)
                sum += pixels.IsWide
                    ? Chroma(pixels.Row<ushort>(y - top), x * pixels.Bands, SrgbCurve.LinearOfWord)
                    : Chroma(pixels.Row<byte>(y - top), x * pixels.Bands, SrgbCurve.LinearOfByte);
        }
    }

    /// <summary>Adds a row of the picture.</summary>
    /// <param name="y">Which row it is.</param>
    /// <param name="red">Linear red of its pixels, not all within 0…1.</param>
    /// <param name="green">Linear green.</param>
    /// <param name="blue">Linear blue.</param>
    public void Add(int y, ReadOnlySpan<float> red, ReadOnlySpan<float> green, ReadOnlySpan<float> blue)
    {
        if (y % step != step / 2)
            return;
        for (var x = step / 2; x < width; x += step, count++)
            sum += Chroma(Math.Clamp(red[x], 0, 1), Math.Clamp(green[x], 0, 1), Math.Clamp(blue[x], 0, 1));
    }

    private static double Chroma(ReadOnlySpan<byte> row, int at, float[] linear) =>
        Chroma(linear[row[at]], linear[row[at + 1]], linear[row[at + 2]]);

    private static double Chroma(ReadOnlySpan<ushort> row, int at, float[] linear) =>
        Chroma(linear[row[at]], linear[row[at + 1]], linear[row[at + 2]]);

    private static double Chroma(float r, float g, float b)
    {
        var (xr, xg, xb) = LabMatrix.X;
        var (yr, yg, yb) = LabMatrix.Y;
        var (zr, zg, zb) = LabMatrix.Z;
        var y = Root((yr * r) + (yg * g) + (yb * b));
        var labA = 500 * (Root((xr * r) + (xg * g) + (xb * b)) - y);
        var labB = 200 * (y - Root((zr * r) + (zg * g) + (zb * b)));
        return Math.Sqrt((labA * labA) + (labB * labB));
    }

    private static double Root(double t) => t > LabMatrix.LinearLimit ? Math.Cbrt(t) : (t * LabMatrix.Slope) + LabMatrix.Offset;
}
