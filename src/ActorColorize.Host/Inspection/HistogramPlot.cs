using System.Globalization;
using System.Text;
using ActorColorize.Actors.Inspection;

namespace ActorColorize.Host.Inspection;

/// <summary>Draws a histogram as SVG; the page's style sheet sets the colours.</summary>
internal static class HistogramPlot
{
    private const double Width = 640;
    private const double Height = 240;
    private const double Foot = 24;
    private const double Head = 16;

    /// <summary>The plot as SVG text, up to the last non-empty bin.</summary>
    /// <param name="histogram">At least one picture.</param>
    /// <param name="label">The accessible label.</param>
    public static string Draw(Histogram histogram, string label)
    {
        var occupied = Enumerable.Range(0, histogram.Counts.Count).Where(step => histogram.Counts[step] > 0).ToList();
        var (first, last) = (occupied[0], occupied[^1]);
        var most = histogram.Counts.Max();
        var step = Width / (last - first + 1);
        var svg = new StringBuilder();
        Line(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label}\">");
        for (var i = first; i <= last; i++)
        {
            var (x, height) = ((i - first) * step, (Height - Foot - Head) * histogram.Counts[i] / most);
            var next = i + 1 < histogram.Edges.Count ? $"to {histogram.Edges[i + 1]:0}" : "and more";
            Line(svg, $"<rect class=\"bar\" x=\"{x + 1:0.#}\" y=\"{Height - Foot - height:0.#}\" width=\"{Math.Max(1, step - 2):0.#}\"");
            Line(svg, $"height=\"{height:0.#}\"><title>{histogram.Edges[i]:0} {next}: {histogram.Counts[i]:N0}</title></rect>");
            if (step >= 40 || (i - first) % 2 == 0)
                Line(svg, $"<text x=\"{x:0.#}\" y=\"{Height - 8}\">{histogram.Edges[i]:0}</text>");
        }

        Line(svg, $"<line class=\"axis\" x1=\"0\" y1=\"{Height - Foot}\" x2=\"{Width}\" y2=\"{Height - Foot}\"/>");
        Line(svg, $"<text x=\"{Width}\" y=\"12\" text-anchor=\"end\">highest column: {most:N0} pictures</text>");
        return svg.Append("</svg>\n").ToString();
    }

    private static void Line(StringBuilder svg, FormattableString line) =>
        svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
