using System.Globalization;
using System.Text;
using ActorColorize.Model.Evaluation;

namespace ActorColorize.Host.Gallery;

/// <summary>
/// Draws what a model can do as a picture (SVG): raw AuC over grey to the right, rebalanced AuC over grey upwards; a line for each rebalancing, along which the temperature
/// rises. The point that is used is marked.
/// </summary>
internal static class FrontierPlot
{
    private const double Width = 720;
    private const double Height = 480;
    private const double Margin = 56;

    private static readonly string[] LineColors = ["#d62728", "#ff7f0e", "#bcbd22", "#2ca02c", "#17becf", "#1f77b4", "#9467bd", "#7f7f7f"];

    /// <summary>The plot as SVG text.</summary>
    /// <param name="points">The ways that were measured.</param>
    /// <param name="grey">The grey baseline: the origin.</param>
    /// <param name="used">The way that is used, if it was measured.</param>
    public static string Draw(IReadOnlyList<FrontierPoint> points, MeasureSet grey, MeasureSet? used)
    {
        var xs = points.Select(point => point.Auc - grey.Auc).Append(0).ToList();
        var ys = points.Select(point => point.AucRebalanced - grey.AucRebalanced).Append(0).ToList();
        var (x, y) = (new Axis(xs.Min(), xs.Max(), Margin, Width - Margin), new Axis(ys.Min(), ys.Max(), Height - Margin, Margin));
        var svg = new StringBuilder();
        Line(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\" aria-label=\"Raw and rebalanced AuC over grey\">");
        Line(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        foreach (var tick in x.Ticks())
        {
            Line(svg, $"<line x1=\"{x.At(tick):0.#}\" y1=\"{Margin}\" x2=\"{x.At(tick):0.#}\" y2=\"{Height - Margin}\" stroke=\"{(tick == 0 ? "#888" : "#eee")}\"/>");
            Line(svg, $"<text x=\"{x.At(tick):0.#}\" y=\"{Height - Margin + 18}\" text-anchor=\"middle\">{tick:+0.#;-0.#;0}</text>");
        }

        foreach (var tick in y.Ticks())
        {
            Line(svg, $"<line x1=\"{Margin}\" y1=\"{y.At(tick):0.#}\" x2=\"{Width - Margin}\" y2=\"{y.At(tick):0.#}\" stroke=\"{(tick == 0 ? "#888" : "#eee")}\"/>");
            Line(svg, $"<text x=\"{Margin - 8}\" y=\"{y.At(tick) + 4:0.#}\" text-anchor=\"end\">{tick:+0.#;-0.#;0}</text>");
        }

        Line(svg, $"<text x=\"{Width / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">raw AuC over grey, %</text>");
        Line(svg, $"<text transform=\"translate(16 {Height / 2}) rotate(-90)\" text-anchor=\"middle\">rebalanced AuC over grey, %</text>");
        var color = 0;
        foreach (var line in points.GroupBy(static point => point.Rebalance))
        {
            var stroke = LineColors[color++ % LineColors.Length];
            var along = line.OrderBy(static point => point.Temperature).ToList();
            Line(svg, $"<polyline fill=\"none\" stroke=\"{stroke}\" stroke-width=\"2\" points=\"{string.Join(' ', along.Select(point => Place(x, y, point, grey)))}\"/>");
            foreach (var point in along)
            {
                var title = string.Create(CultureInfo.InvariantCulture, $"rebalance {point.Rebalance?.ToString(CultureInfo.InvariantCulture) ?? "as trained"}, temperature {point.Temperature}: raw {point.Auc:0.00}, rebalanced {point.AucRebalanced:0.00}, colorfulness {point.Colorfulness:0.0}");
                Line(svg, $"<circle cx=\"{x.At(point.Auc - grey.Auc):0.#}\" cy=\"{y.At(point.AucRebalanced - grey.AucRebalanced):0.#}\" r=\"3\" fill=\"{stroke}\"><title>{title}</title></circle>");
            }

            var legend = Margin + 16 * color;
            Line(svg, $"<rect x=\"{Margin + 10}\" y=\"{Height - Margin - 170 + legend - Margin - 9:0.#}\" width=\"10\" height=\"10\" fill=\"{stroke}\"/>");
            Line(svg, $"<text x=\"{Margin + 26}\" y=\"{Height - Margin - 170 + legend - Margin:0.#}\">rebalance {line.Key?.ToString(CultureInfo.InvariantCulture) ?? "as trained"}</text>");
        }

        if (used is not null)
        {
            Line(svg, $"<circle cx=\"{x.At(used.Auc - grey.Auc):0.#}\" cy=\"{y.At(used.AucRebalanced - grey.AucRebalanced):0.#}\" r=\"7\" fill=\"none\" stroke=\"#000\" stroke-width=\"2\"/>");
            Line(svg, $"<text x=\"{x.At(used.Auc - grey.Auc) + 11:0.#}\" y=\"{y.At(used.AucRebalanced - grey.AucRebalanced) + 4:0.#}\">used</text>");
        }

        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static string Place(Axis x, Axis y, FrontierPoint point, MeasureSet grey) =>
        string.Create(CultureInfo.InvariantCulture, $"{x.At(point.Auc - grey.Auc):0.#},{y.At(point.AucRebalanced - grey.AucRebalanced):0.#}");

    private static void Line(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>From figures to places on the sheet.</summary>
    private sealed record Axis(double Least, double Most, double From, double To)
    {
        public double At(double value) => From + (value - Least) / Math.Max(1e-9, Most - Least) * (To - From);

        public IEnumerable<double> Ticks()
        {
            var step = (Most - Least) switch { < 3 => 0.5, < 8 => 1, < 20 => 2, _ => 5 };
            for (var tick = Math.Ceiling(Least / step) * step; tick <= Most; tick += step) yield return Math.Round(tick, 3);
        }
    }
}
