using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Tones;

/// <summary>A picture as about 48 × 48 cells, each with its mean CIELAB colour, its place and the slope of its lightness.</summary>
internal sealed class ColorCells
{
    private const double Side = 48;
    private const int LeastSide = 16;

    /// <summary>Averages a picture.</summary>
    /// <param name="rgb_HWC">sRGB pixels, row by row.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    public ColorCells(ReadOnlySpan<byte> rgb_HWC, int width, int height)
    {
        var scale = Math.Min(1, Side / Math.Sqrt((double)width * height));
        Width = Math.Min(width, Math.Max(LeastSide, (int)Math.Round(width * scale)));
        Height = Math.Min(height, Math.Max(LeastSide, (int)Math.Round(height * scale)));
        Lightness = new double[Count];
        A = new double[Count];
        B = new double[Count];
        var pixels = new int[Count];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var cell = ((int)((long)y * Height / height) * Width) + (int)((long)x * Width / width);
                var at = ((y * width) + x) * 3;
                var (l, a, b) = Lab(rgb_HWC[at], rgb_HWC[at + 1], rgb_HWC[at + 2]);
                Lightness[cell] += l;
                A[cell] += a;
                B[cell] += b;
                pixels[cell]++;
            }
        }

        for (var cell = 0; cell < Count; cell++)
        {
            Lightness[cell] /= pixels[cell];
            A[cell] /= pixels[cell];
            B[cell] /= pixels[cell];
        }
    }

    public int Width { get; }

    public int Height { get; }

    public int Count => Width * Height;

    /// <summary>0…100.</summary>
    public double[] Lightness { get; }

    public double[] A { get; }

    public double[] B { get; }

    /// <summary>Place of a cell, −1…1 each way.</summary>
    public (double X, double Y) Place(int cell) => ((((cell % Width) + 0.5) / Width * 2) - 1, (((cell / Width) + 0.5) / Height * 2) - 1);

    /// <summary>How fast lightness changes across and down at a cell.</summary>
    public (double Across, double Down) Slope(int cell)
    {
        var (x, y) = (cell % Width, cell / Width);
        return (Difference(x, Width, 1), Difference(y, Height, Width));

        double Difference(int at, int length, int step)
        {
            var (before, after) = (at > 0 ? 1 : 0, at < length - 1 ? 1 : 0);
            return before + after == 0 ? 0 : (Lightness[cell + (after * step)] - Lightness[cell - (before * step)]) / (before + after);
        }
    }

    /// <summary>By how much a value stands out from the mean of its four neighbours.</summary>
    public double AgainstNeighbors(double[] plane, int cell)
    {
        var (x, y) = (cell % Width, cell / Width);
        return plane[cell]
            - (
                (
                    plane[x > 0 ? cell - 1 : cell]
                    + plane[x < Width - 1 ? cell + 1 : cell]
                    + plane[y > 0 ? cell - Width : cell]
                    + plane[y < Height - 1 ? cell + Width : cell]
                ) / 4
            );
    }

    private static (double L, double A, double B) Lab(byte red, byte green, byte blue)
    {
        var linear = SrgbCurve.LinearOfByte;
        var (r, g, b) = (linear[red], linear[green], linear[blue]);
        var (xr, xg, xb) = LabMatrix.X;
        var (yr, yg, yb) = LabMatrix.Y;
        var (zr, zg, zb) = LabMatrix.Z;
        var x = Root((xr * r) + (xg * g) + (xb * b));
        var y = Root((yr * r) + (yg * g) + (yb * b));
        var z = Root((zr * r) + (zg * g) + (zb * b));
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    private static double Root(double t) => t > LabMatrix.LinearLimit ? Math.Cbrt(t) : (t * LabMatrix.Slope) + LabMatrix.Offset;
}
