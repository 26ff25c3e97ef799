using ActorColorize.Model.Evaluation;
using NetVips;

namespace ActorColorize.Host.Charts;

/// <summary>
/// Draws the frequency of colours on the ab plane: green to red from left to right, blue to yellow upwards. A cell has its own colour, and
/// its opacity rises with its frequency on a logarithmic scale, so that it is readable on light and dark backgrounds.
/// </summary>
internal static class AbPlanePicture
{
    /// <summary>Share of the pixels at which a cell becomes visible.</summary>
    public const double LeastShare = 1e-6;

    /// <summary>Distance of the rings of equal chroma, CIELAB units.</summary>
    public const double RingStep = 20;

    private const double Lightness = 65;
    private const double FaintestOpacity = 0.12;

    /// <summary>The half-width of the plane, in CIELAB units, at which all histograms fit.</summary>
    public static double ExtentOf(IEnumerable<AbHistogram> histograms)
    {
        var farthest = histograms.Max(static histogram =>
            Seen(histogram).Max(static cell => Math.Max(Math.Abs(AbHistogram.Middle(cell.A)), Math.Abs(AbHistogram.Middle(cell.B))))
        );
        return Math.Clamp(Math.Ceiling((farthest + AbHistogram.CellWidth) / 10) * 10, 2 * RingStep, AbHistogram.Edge);
    }

    /// <summary>The cells as a PNG with transparency, one pixel per cell, blue at the bottom.</summary>
    public static byte[] Png(AbHistogram histogram, double largestShare)
    {
        const int Cells = AbHistogram.Cells;
        var lab = new float[Cells * Cells * 3];
        var opacity = new byte[Cells * Cells];
        for (var row = 0; row < Cells; row++)
        {
            for (var a = 0; a < Cells; a++)
            {
                var (b, at) = (Cells - 1 - row, row * Cells + a);
                (lab[3 * at], lab[3 * at + 1], lab[3 * at + 2]) = (
                    (float)Lightness,
                    (float)AbHistogram.Middle(a),
                    (float)AbHistogram.Middle(b)
                );
                opacity[at] = (byte)Math.Round(255 * Opacity(histogram.Share(a, b), largestShare));
            }
        }

        using var plain = Image.NewFromMemory(lab, Cells, Cells, 3, Enums.BandFormat.Float);
        using var inLab = plain.Copy(interpretation: Enums.Interpretation.Lab);
        using var rgb = inLab.Colourspace(Enums.Interpretation.Srgb);
        using var alpha = Image.NewFromMemory(opacity, Cells, Cells, 1, Enums.BandFormat.Uchar);
        using var rgba = rgb.Bandjoin(alpha);
        return rgba.PngsaveBuffer(keep: Enums.ForeignKeep.None);
    }

    /// <summary>0 for what does not occur, 1 for the largest share, in between by the logarithm.</summary>
    private static double Opacity(double share, double largest)
    {
        if (share < LeastShare)
            return 0;
        var height = largest > LeastShare ? Math.Log(share / LeastShare) / Math.Log(largest / LeastShare) : 1;
        return FaintestOpacity + (1 - FaintestOpacity) * Math.Min(1, height);
    }

    /// <summary>The largest share of a cell.</summary>
    public static double LargestShare(AbHistogram histogram) => Seen(histogram).Max(cell => histogram.Share(cell.A, cell.B));

    private static IEnumerable<(int A, int B)> Seen(AbHistogram histogram)
    {
        for (var a = 0; a < AbHistogram.Cells; a++)
        {
            for (var b = 0; b < AbHistogram.Cells; b++)
            {
                if (histogram.Share(a, b) >= LeastShare)
                    yield return (a, b);
            }
        }
    }
}
