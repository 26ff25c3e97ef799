using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Archives;

/// <summary>How colourful finished pixels are.</summary>
internal static class ChromaMeasure
{
    private const int MostPixels = 16_384;

    /// <summary>The mean of √(a² + b²) over an even grid of the picture's pixels.</summary>
    public static double Mean(NativePixels pixels)
    {
        var step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt((double)pixels.Width * pixels.Height / MostPixels)));
        var sum = 0.0;
        long count = 0;
        for (var y = step / 2; y < pixels.Height; y += step)
        {
            for (var x = step / 2; x < pixels.Width; x += step, count++)
                sum += pixels.IsWide
                    ? Chroma(pixels.Row<ushort>(y), x * pixels.Bands, SrgbCurve.LinearOfWord)
                    : Chroma(pixels.Row<byte>(y), x * pixels.Bands, SrgbCurve.LinearOfByte);
        }

        return count == 0 ? 0 : sum / count;
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
