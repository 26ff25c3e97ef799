using System.Globalization;
using System.Text;
using ActorColorize.Model.Evaluation;

namespace ActorColorize.Host.Gallery;

/// <summary>
/// Plots a model's frontier as SVG: raw AuC over grey on the x axis, rebalanced AuC over grey on the y axis, one line for each rebalancing,
/// along which the temperature rises. The point in use is marked. Points far below grey are omitted and counted.
/// </summary>
internal static class FrontierPlot
{
    private const double Width = 840;
    private const double Height = 480;
    private const double Left = 56;
    private const double Right = Width - 150;
    private const double Top = 24;
    private const double Bottom = Height - 56;
    private const double LegendRow = 20;

    /// <summary>Points further below grey in raw AuC than this are omitted, %.</summary>
    private const double FarBelowGrey = 8;

    private static readonly string[] LineColors = ["#d62728", "#ff7f0e", "#bcbd22", "#2ca02c", "#17becf", "#1f77b4", "#9467bd", "#7f7f7f"];

    /// <summary>The plot as SVG text.</summary>
    /// <param name="points">The measured points.</param>
    /// <param name="grey">The grey baseline: the origin.</param>
    /// <param name="used">The point in use, if it was measured.</param>
    public static string Draw(IReadOnlyList<FrontierPoint> points, MeasureSet grey, MeasureSet? used)
    {
        var least = used is null ? -FarBelowGrey : Math.Min(-FarBelowGrey, used.Auc - grey.Auc - 1);
        bool IsShown(FrontierPoint point) => point.Auc - grey.Auc >= least;
        var shown = points
            .Where(IsShown)
            .Select(point => (X: point.Auc - grey.Auc, Y: point.AucRebalanced - grey.AucRebalanced))
            .Append((X: 0.0, Y: 0.0));
        if (used is not null)
            shown = shown.Append((used.Auc - grey.Auc, used.AucRebalanced - grey.AucRebalanced));
        var all = shown.ToList();
        var (x, y) = (
            Axis.Around([.. all.Select(static point => point.X)], Left, Right),
            Axis.Around([.. all.Select(static point => point.Y)], Bottom, Top)
        );
        var svg = new StringBuilder();
        Line(
            svg,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"13\""
        );
        Line(svg, $"role=\"img\" aria-label=\"Raw and rebalanced AuC over grey\">");
        Line(svg, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        foreach (var tick in x.Ticks())
        {
            Line(svg, $"<line x1=\"{x.At(tick):0.#}\" y1=\"{Top}\" x2=\"{x.At(tick):0.#}\" y2=\"{Bottom}\"");
            Line(svg, $"stroke=\"{(tick == 0 ? "#888" : "#e4e4e4")}\"/>");
            Line(svg, $"<text x=\"{x.At(tick):0.#}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{tick:+0.#;−0.#;0}</text>");
        }

        foreach (var tick in y.Ticks())
        {
            Line(svg, $"<line x1=\"{Left}\" y1=\"{y.At(tick):0.#}\" x2=\"{Right}\" y2=\"{y.At(tick):0.#}\"");
            Line(svg, $"stroke=\"{(tick == 0 ? "#888" : "#e4e4e4")}\"/>");
            Line(svg, $"<text x=\"{Left - 8}\" y=\"{y.At(tick) + 4:0.#}\" text-anchor=\"end\">{tick:+0.#;−0.#;0}</text>");
        }

        Line(svg, $"<text x=\"{(Left + Right) / 2}\" y=\"{Height - 14}\" text-anchor=\"middle\">raw AuC over grey, %</text>");
        Line(
            svg,
            $"<text transform=\"translate(16 {(Top + Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">rebalanced AuC over grey, %</text>"
        );
        var row = 0;
        foreach (var line in points.GroupBy(static point => point.Rebalance))
        {
            var stroke = LineColors[row % LineColors.Length];
            var along = line.Where(IsShown).OrderBy(static point => point.Temperature).ToList();
            Line(svg, $"<polyline fill=\"none\" stroke=\"{stroke}\" stroke-width=\"2\"");
            Line(svg, $"points=\"{string.Join(' ', along.Select(point => Place(x, y, point, grey)))}\"/>");
            foreach (var point in along)
            {
                var title = string.Create(
                    CultureInfo.InvariantCulture,
                    $"rebalance {Name(point.Rebalance)}, temperature {point.Temperature}: raw {point.Auc:0.00}, rebalanced "
                        + $"{point.AucRebalanced:0.00}, colorfulness {point.Colorfulness:0.0}"
                );
                Line(svg, $"<circle cx=\"{x.At(point.Auc - grey.Auc):0.#}\" cy=\"{y.At(point.AucRebalanced - grey.AucRebalanced):0.#}\"");
                Line(svg, $"r=\"{2.5 + 2 * point.Temperature:0.#}\" fill=\"{stroke}\"><title>{title}</title></circle>");
            }

            Line(svg, $"<rect x=\"{Right + 18}\" y=\"{Top + row * LegendRow:0.#}\" width=\"11\" height=\"11\" fill=\"{stroke}\"/>");
            Line(svg, $"<text x=\"{Right + 36}\" y=\"{Top + 10 + row * LegendRow:0.#}\">{Name(line.Key)}</text>");
            row++;
        }

        Line(svg, $"<text x=\"{Right + 18}\" y=\"{Top - 8}\">rebalance</text>");
        Line(svg, $"<text x=\"{Right + 18}\" y=\"{Top + 24 + row * LegendRow}\">larger point:</text>");
        Line(svg, $"<text x=\"{Right + 18}\" y=\"{Top + 40 + row * LegendRow}\">higher temperature</text>");
        if (points.Count(point => !IsShown(point)) is var left && left > 0)
        {
            Line(svg, $"<text x=\"{Right + 18}\" y=\"{Top + 72 + row * LegendRow}\">left out: {left} with</text>");
            Line(svg, $"<text x=\"{Right + 18}\" y=\"{Top + 88 + row * LegendRow}\">raw AuC under {least:+0.#;−0.#}</text>");
        }

        if (used is not null)
        {
            var (usedX, usedY) = (x.At(used.Auc - grey.Auc), y.At(used.AucRebalanced - grey.AucRebalanced));
            Line(svg, $"<circle cx=\"{usedX:0.#}\" cy=\"{usedY:0.#}\" r=\"8\" fill=\"none\" stroke=\"#000\" stroke-width=\"2\"/>");
            Line(svg, $"<text x=\"{usedX - 13:0.#}\" y=\"{usedY + 4:0.#}\" text-anchor=\"end\" font-weight=\"bold\">used</text>");
        }

        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static string Name(double? rebalance) => rebalance?.ToString(CultureInfo.InvariantCulture) ?? "as trained";

    private static string Place(Axis x, Axis y, FrontierPoint point, MeasureSet grey) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{x.At(point.Auc - grey.Auc):0.#},{y.At(point.AucRebalanced - grey.AucRebalanced):0.#}"
        );

    private static void Line(StringBuilder svg, FormattableString line) =>
        svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Maps values to coordinates.</summary>
    private sealed record Axis(double Least, double Most, double From, double To)
    {
        /// <summary>An axis with a margin at both ends.</summary>
        public static Axis Around(IReadOnlyList<double> values, double from, double to)
        {
            var room = Math.Max(0.25, 0.04 * (values.Max() - values.Min()));
            return new Axis(values.Min() - room, values.Max() + room, from, to);
        }

        public double At(double value) => From + (value - Least) / Math.Max(1e-9, Most - Least) * (To - From);

        public IEnumerable<double> Ticks()
        {
            var step = (Most - Least) switch
            {
                < 3 => 0.5,
                < 8 => 1,
                < 20 => 2,
                _ => 5,
            };
            for (var tick = Math.Ceiling(Least / step) * step; tick <= Most; tick += step)
                yield return Math.Round(tick, 3);
        }
    }
}
