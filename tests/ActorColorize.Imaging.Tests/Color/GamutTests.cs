using ActorColorize.Imaging.Color;
using CsCheck;

namespace ActorColorize.Imaging.Tests.Color;

/// <summary>Expected: CIE 15 and IEC 61966-2-1 written out in double precision, with the same primaries.</summary>
public sealed class GamutTests
{
    private static readonly double[,] XyzOfRgb =
    {
        { 0.412453, 0.357580, 0.180423 },
        { 0.212671, 0.715160, 0.072169 },
        { 0.019334, 0.119193, 0.950227 },
    };

    private static readonly Gen<(double L, double A, double B)[]> Colors = Gen.Select(
        Gen.Double[0, 100],
        Gen.Double[-110, 110],
        Gen.Double[-110, 110]
    ).Array[LabRow.Block];

    [Fact]
    public void Any_colour_asked_for_comes_out_inside_srgb_with_the_luminance_that_was_there() =>
        Colors.Sample(
            colors =>
            {
                var (r, g, b) = Colored(colors);
                for (var i = 0; i < colors.Length; i++)
                {
                    Assert.InRange(Math.Min(r[i], Math.Min(g[i], b[i])), -1e-5, 1);
                    Assert.InRange(Math.Max(r[i], Math.Max(g[i], b[i])), 0, 1 + 1e-5);
                    Assert.Equal(colors[i].L, Lab(r[i], g[i], b[i]).L, 2e-3);
                }
            },
            iter: 2000
        );

    /// <summary>
    /// The way goes straight to the grey of the same luminance, in linear light, so no channel changes places with another one; and no
    /// farther than it has to.
    /// </summary>
    [Fact]
    public void A_colour_outside_srgb_keeps_its_direction_from_grey_and_ends_at_the_edge() =>
        Colors.Sample(
            colors =>
            {
                var (r, g, b) = Colored(colors);
                for (var i = 0; i < colors.Length; i++)
                {
                    var y = Cube((colors[i].L + 16) / 116);
                    var asked = Rgb(colors[i]);
                    double[] got = [r[i], g[i], b[i]];
                    var colour = asked.Sum(c => (c - y) * (c - y));
                    if (colour < 1e-6)
                        continue; // grey has no direction
                    var kept = Enumerable.Range(0, 3).Sum(c => (got[c] - y) * (asked[c] - y)) / colour;
                    for (var c = 0; c < 3; c++)
                        Assert.Equal(kept * (asked[c] - y), got[c] - y, 2e-5);
                    var isInside = asked.Min() >= 0 && asked.Max() <= 1;
                    if (isInside)
                        Assert.Equal(1, kept, 1e-2);
                    else if (colors[i].L is > 1 and < 99)
                        Assert.True(got.Min() < 1e-4 || got.Max() > 1 - 1e-4, $"{colors[i]} ends inside");
                }
            },
            iter: 2000
        );

    /// <summary>
    /// A straight way in linear light is slightly bent in CIELAB. How much was computed for 400,000 colours on a grid: at most 12.5° at a
    /// chroma of 40, 29.5° at 110.
    /// </summary>
    [Theory]
    [InlineData(20, 5)]
    [InlineData(40, 13)]
    [InlineData(110, 30)]
    public void The_hue_in_cielab_moves_little_and_chroma_never_grows(double chroma, double mostDegrees) =>
        Gen.Select(Gen.Double[1, 99], Gen.Double[0, 2 * Math.PI])
            .Array[LabRow.Block]
            .Sample(
                polar =>
                {
                    (double L, double A, double B)[] colors =
                    [
                        .. polar.Select(p => (p.Item1, chroma * Math.Cos(p.Item2), chroma * Math.Sin(p.Item2))),
                    ];
                    var (r, g, b) = Colored(colors);
                    for (var i = 0; i < colors.Length; i++)
                    {
                        var (_, labA, labB) = Lab(r[i], g[i], b[i]);
                        var left = Math.Sqrt((labA * labA) + (labB * labB));
                        Assert.True(left <= chroma + 0.05, $"{colors[i]} has chroma {left}");
                        if (left < 2)
                            continue; // so little colour has no hue to speak of
                        var turned = Math.Abs(Math.IEEERemainder(Math.Atan2(labB, labA) - polar[i].Item2, 2 * Math.PI)) * 180 / Math.PI;
                        Assert.True(turned <= mostDegrees, $"{colors[i]} turned by {turned} degrees");
                    }
                },
                iter: 2000
            );

    private static (float[] R, float[] G, float[] B) Colored((double L, double A, double B)[] colors)
    {
        float[] luminance = [.. colors.Select(color => (float)Cube((color.L + 16) / 116))],
            root = [.. colors.Select(color => (float)((color.L + 16) / 116))];
        float[] labA = [.. colors.Select(color => (float)color.A)],
            labB = [.. colors.Select(color => (float)color.B)];
        float[] r = new float[colors.Length],
            g = new float[colors.Length],
            b = new float[colors.Length];
        LabRow.Colored(luminance, root, labA, labB, r, g, b);
        return (r, g, b);
    }

    private static double[] Rgb((double L, double A, double B) color)
    {
        var root = (color.L + 16) / 116;
        double[] xyz = [Cube(root + (color.A / 500)) * White(0), Cube(root) * White(1), Cube(root - (color.B / 200)) * White(2)];
        return Solve(xyz);
    }

    private static (double L, double A, double B) Lab(double r, double g, double b)
    {
        double Root(int row)
        {
            var t = ((XyzOfRgb[row, 0] * r) + (XyzOfRgb[row, 1] * g) + (XyzOfRgb[row, 2] * b)) / White(row);
            return t > 216.0 / 24389 ? Math.Cbrt(t) : (t * 841 / 108) + (4.0 / 29);
        }

        var (x, y, z) = (Root(0), Root(1), Root(2));
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    private static double Cube(double root) => root > 6.0 / 29 ? root * root * root : (root - (4.0 / 29)) * 108 / 841;

    private static double White(int row) => XyzOfRgb[row, 0] + XyzOfRgb[row, 1] + XyzOfRgb[row, 2];

    /// <summary>Cramer's rule.</summary>
    private static double[] Solve(double[] xyz)
    {
        var all = Determinant(XyzOfRgb);
        return
        [
            .. Enumerable
                .Range(0, 3)
                .Select(column =>
                {
                    var replaced = (double[,])XyzOfRgb.Clone();
                    for (var row = 0; row < 3; row++)
                        replaced[row, column] = xyz[row];
                    return Determinant(replaced) / all;
                }),
        ];
    }

    private static double Determinant(double[,] m) =>
        (m[0, 0] * ((m[1, 1] * m[2, 2]) - (m[1, 2] * m[2, 1])))
        - (m[0, 1] * ((m[1, 0] * m[2, 2]) - (m[1, 2] * m[2, 0])))
        + (m[0, 2] * ((m[1, 0] * m[2, 1]) - (m[1, 1] * m[2, 0])));
}
