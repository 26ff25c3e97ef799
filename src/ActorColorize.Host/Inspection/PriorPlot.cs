using System.Globalization;
using System.Text;
using ActorColorize.Model.Color;

namespace ActorColorize.Host.Inspection;

/// <summary>
/// Draws how often each colour bin occurs as a picture of the ab plane (SVG): a to the right, b upwards; dark is rare and bright is
/// frequent, on a logarithmic scale, since the greys are a thousand times as frequent as strong colours. Bins that never occur are
/// outlines.
/// </summary>
internal static class PriorPlot
{
    private const double Edge = 116;
    private const double Legend = 34;

    /// <summary>Shares below this have the same shade.</summary>
    private const double LeastExponent = -6;

    /// <summary>
    /// From rare to frequent: violet, red, orange, light yellow; lightness increases throughout, so that it is readable without colour.
    /// </summary>
    private static readonly (double R, double G, double B)[] Ramp =
    [
        (40, 11, 84),
        (120, 28, 109),
        (190, 55, 82),
        (237, 105, 37),
        (251, 180, 26),
        (252, 255, 164),
    ];

    /// <summary>The plot as SVG text.</summary>
    public static string Draw(ColorBins bins, ColorPrior prior)
    {
        var shares = prior.Shares;
        var side = CellSide(bins);
        var svg = new StringBuilder();
        Line(
            svg,
            $"<svg viewBox=\"{-Edge} {-Edge} {2 * Edge} {2 * Edge + Legend}\" role=\"img\" aria-label=\"Share of each colour bin on the"
        );
        Line(svg, $"ab plane, logarithmic\" style=\"font-size:7px\">");
        for (var bin = 0; bin < bins.Count; bin++)
        {
            double a = bins.Centers[bin, 0],
                b = bins.Centers[bin, 1];
            var place = string.Create(
                CultureInfo.InvariantCulture,
                $"x=\"{a - side / 2:0.##}\" y=\"{-b - side / 2:0.##}\" width=\"{side:0.##}\" height=\"{side:0.##}\""
            );
            if (prior.Counts[bin] == 0)
                Line(svg, $"<rect class=\"never\" {place}><title>a {a:0}, b {b:0}: never</title></rect>");
            else
                Line(svg, $"<rect fill=\"{Shade(shares[bin])}\" {place}><title>a {a:0}, b {b:0}: {shares[bin]:0.0000%}</title></rect>");
        }

        Line(
            svg,
            $"<line class=\"axis\" x1=\"{-Edge}\" y1=\"0\" x2=\"{Edge}\" y2=\"0\"/><line class=\"axis\" x1=\"0\" y1=\"{-Edge}\" x2=\"0\""
        );
        Line(svg, $"y2=\"{Edge}\"/>");
        Line(svg, $"<text style=\"font-size:7px\" x=\"{-Edge}\" y=\"-3\">green</text><text style=\"font-size:7px\" x=\"{Edge}\" y=\"-3\"");
        Line(svg, $"text-anchor=\"end\">red, a</text>");
        Line(svg, $"<text style=\"font-size:7px\" x=\"3\" y=\"{-Edge + 7}\">yellow, b</text><text style=\"font-size:7px\" x=\"3\"");
        Line(svg, $"y=\"{Edge - 2}\">blue</text>");
        for (var exponent = LeastExponent; exponent <= 0; exponent++)
        {
            var x = -Edge + 20 + (exponent - LeastExponent) * 28;
            Line(svg, $"<rect fill=\"{Shade(Math.Pow(10, exponent))}\" x=\"{x}\" y=\"{Edge + 8}\" width=\"28\" height=\"9\"/>");
            Line(svg, $"<text style=\"font-size:7px\" x=\"{x + 14}\" y=\"{Edge + 27}\"");
            Line(svg, $"text-anchor=\"middle\">{(exponent == 0 ? "1" : $"1/10{Raised(-exponent)}")}</text>");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Raised(double power) => power == 1 ? "" : "²³⁴⁵⁶"[(int)power - 2].ToString();

    private static double CellSide(ColorBins bins) =>
        Enumerable.Range(1, bins.Count - 1).Select(bin => (double)Math.Abs(bins.Centers[bin, 1] - bins.Centers[bin - 1, 1])).Min();

    private static string Shade(double share)
    {
        var place = Math.Clamp((Math.Log10(share) - LeastExponent) / -LeastExponent, 0, 1) * (Ramp.Length - 1);
        var lower = Math.Min((int)place, Ramp.Length - 2);
        var (from, to, part) = (Ramp[lower], Ramp[lower + 1], place - lower);
        static int Level(double from, double to, double part) => (int)Math.Round(from + part * (to - from));
        return $"#{Level(from.R, to.R, part):x2}{Level(from.G, to.G, part):x2}{Level(from.B, to.B, part):x2}";
    }

    private static void Line(StringBuilder svg, FormattableString line) =>
        svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
