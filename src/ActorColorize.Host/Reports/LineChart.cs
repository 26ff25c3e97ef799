using System.Globalization;
using System.Net;
using System.Text;

namespace ActorColorize.Host.Reports;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Style">The index of its colour in the page's style sheet.</param>
/// <param name="Points">Points in the axes' units, from left to right.</param>
internal sealed record ChartSeries(string Name, int Style, IReadOnlyList<(double X, double Y)> Points);

/// <summary>An axis of a chart, linear from end to end.</summary>
/// <param name="Title">What it measures.</param>
/// <param name="Least">Its lower end.</param>
/// <param name="Most">Its upper end.</param>
/// <param name="Ticks">Where it is marked, and with what.</param>
internal sealed record ChartAxis(string Title, double Least, double Most, IReadOnlyList<(double At, string Text)> Ticks)
{
    /// <summary>An axis marked in even steps.</summary>
    public static ChartAxis Even(string title, double least, double most, double step) =>
        new(
            title,
            least,
            most,
            [
                .. Enumerable
                    .Range(0, (int)((most - least) / step) + 1)
                    .Select(i => least + i * step)
                    .Select(static at => (at, at.ToString("0.##", CultureInfo.InvariantCulture))),
            ]
        );
}

/// <summary>
/// A line chart as SVG for a page, whose style sheet sets the colours (<c>.s0</c>, <c>.s1</c>, …) for light and dark mode.
/// </summary>
internal static class LineChart
{
    private const double Width = 560;
    private const double Height = 330;
    private const double Left = 52;
    private const double Right = 12;
    private const double Top = 12;
    private const double Bottom = 44;

    /// <summary>The chart as SVG text.</summary>
    /// <param name="label">The accessible label.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="series">The lines, clipped to the axes.</param>
    public static string Draw(string label, ChartAxis x, ChartAxis y, IReadOnlyList<ChartSeries> series)
    {
        double AtX(double value) => Left + (value - x.Least) / (x.Most - x.Least) * (Width - Left - Right);
        double AtY(double value) => Height - Bottom - (value - y.Least) / (y.Most - y.Least) * (Height - Top - Bottom);
        var svg = new StringBuilder();
        Line(svg, $"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\">");
        foreach (var (at, text) in x.Ticks)
        {
            Line(svg, $"<line class=\"grid\" x1=\"{AtX(at):0.#}\" y1=\"{Top}\" x2=\"{AtX(at):0.#}\" y2=\"{Height - Bottom}\"/>");
            Line(svg, $"<text x=\"{AtX(at):0.#}\" y=\"{Height - Bottom + 17}\" text-anchor=\"middle\">{text}</text>");
        }

        foreach (var (at, text) in y.Ticks)
        {
            Line(svg, $"<line class=\"grid\" x1=\"{Left}\" y1=\"{AtY(at):0.#}\" x2=\"{Width - Right}\" y2=\"{AtY(at):0.#}\"/>");
            Line(svg, $"<text x=\"{Left - 7}\" y=\"{AtY(at) + 4:0.#}\" text-anchor=\"end\">{text}</text>");
        }

        Line(
            svg,
            $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 7}\" text-anchor=\"middle\">{WebUtility.HtmlEncode(x.Title)}</text>"
        );
        Line(svg, $"<text transform=\"translate(13 {(Top + Height - Bottom) / 2}) rotate(-90)\"");
        Line(svg, $"text-anchor=\"middle\">{WebUtility.HtmlEncode(y.Title)}</text>");

        // Drawn in reverse order, so that the first line is on top.
        foreach (var line in series.Reverse())
        {
            var points = line
                .Points.Where(point => point.X >= x.Least && point.X <= x.Most)
                .Select(point =>
                    string.Create(CultureInfo.InvariantCulture, $"{AtX(point.X):0.#},{AtY(Math.Clamp(point.Y, y.Least, y.Most)):0.#}")
                );
            Line(svg, $"<polyline class=\"line s{line.Style}\"");
            Line(svg, $"points=\"{string.Join(' ', points)}\"><title>{WebUtility.HtmlEncode(line.Name)}</title></polyline>");
        }

        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static void Line(StringBuilder svg, FormattableString line) =>
        svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
