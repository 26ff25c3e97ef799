using System.Globalization;
using System.Text;
using ActorColorize.Model.Evaluation;
using static ActorColorize.Host.Reports.ReportMarkup;

namespace ActorColorize.Host.Reports;

/// <summary>Error curves and colour distributions of an evaluation, as charts of a page.</summary>
internal static class ColorCharts
{
    private const int Ours = 0;
    private const int Compared = 1;
    private const int Truth = 2;
    private const int MeanColor = 3;
    private const int Random = 4;
    private const int Grey = 5;
    private const double ChromaStep = 2;
    private const int ChromaSteps = 60;
    private const double LeastShare = 1e-5;

    /// <summary>The share of pixels within an error, raw and rebalanced, of models and baselines.</summary>
    public static string ErrorCurves(EvaluationReport report)
    {
        var predictors = new List<(string Name, int Style, ErrorCurve Curve)> { ("ours", Ours, report.Model.Curve) };
        if (report.Other is { } other)
            predictors.Add(("compared", Compared, other.Curve));
        predictors.Add(("mean colour", MeanColor, report.Mean.Curve));
        if (report.Random is { } random)
            predictors.Add(("random", Random, random.Curve));
        predictors.Add(("grey", Grey, report.Grey.Curve));

        var end = EndOf([.. predictors.Select(static predictor => predictor.Curve)]);
        List<ChartSeries> Series(Func<ErrorCurve, IReadOnlyList<double>> share) =>
            [
                .. predictors.Select(predictor => new ChartSeries(
                    predictor.Name,
                    predictor.Style,
                    [.. share(predictor.Curve).Select(static (y, t) => ((double)t, 100 * y))]
                )),
            ];
        var (raw, rebalanced) = (Series(static curve => curve.Share), Series(static curve => curve.RebalancedShare));
        var x = ChartAxis.Even("error in ab up to t", 0, end, end > 80 ? 20 : 10);
        var y = ChartAxis.Even("% of pixels", 0, 100, 20);
        return new StringBuilder(Legend(raw))
            .Append("<div class=\"two\">\n<figure>")
            .Append(LineChart.Draw("Share of pixels within an error, raw", x, y, raw))
            .Append("<figcaption>Raw: every pixel counts the same.</figcaption></figure>\n<figure>")
            .Append(LineChart.Draw("Share of pixels within an error, rebalanced", x, y, rebalanced))
            .Append("<figcaption>Rebalanced: every colour counts the same, however rare it is.</figcaption></figure>\n</div>\n")
            .Append(
                end < PictureQuality.LargestThreshold
                    ? $"<p class=\"soft\">The curves go on to t = {PictureQuality.LargestThreshold}; from {end} on all are above 99.5 "
                        + "%.</p>\n"
                    : ""
            )
            .ToString();
    }

    /// <summary>Which colours occur: the ab plane of models and truth, and how often each chroma occurs.</summary>
    public static string Colors(EvaluationReport report)
    {
        var planes = new List<(string Name, int Style, AbHistogram Colors)> { ("ours", Ours, report.Model.Colors) };
        if (report.Other is { } other)
            planes.Add(("compared", Compared, other.Colors));
        planes.Add(("truth", Truth, report.TrueColors));
        var extent = AbPlanePicture.ExtentOf(planes.Select(static plane => plane.Colors));
        var largest = planes.Max(static plane => AbPlanePicture.LargestShare(plane.Colors));

        var html = new StringBuilder("<div class=\"planes\">\n");
        foreach (var (name, _, colors) in planes)
            html.Append("<figure>")
                .Append(AbPlanePicture.Draw(colors, largest, extent, $"Colours of the ab plane, {name}"))
                .Append($"<figcaption>{Encoded(name)}</figcaption></figure>\n");
        html.Append("</div>\n");

        List<ChartSeries> series = [.. planes.Select(static plane => new ChartSeries(plane.Name, plane.Style, ChromaLine(plane.Colors)))];
        var end = Math.Max(20, series.SelectMany(static line => line.Points).Max(static point => point.X));
        var x = ChartAxis.Even("chroma √(a² + b²)", 0, Math.Ceiling(end / 10) * 10, 10);
        var y = new ChartAxis(
            $"% of pixels, in steps of {ChromaStep.ToString(CultureInfo.InvariantCulture)}",
            -5,
            0,
            [(-5, "0.001"), (-4, "0.01"), (-3, "0.1"), (-2, "1"), (-1, "10"), (0, "100")]
        );
        return html.Append(Legend(series))
            .Append("<figure class=\"one\">")
            .Append(LineChart.Draw("How often each chroma occurs", x, y, series))
            .Append("</figure>\n")
            .ToString();
    }

    /// <summary>Logarithm of the share of each chroma, up to the last visible one.</summary>
    private static List<(double X, double Y)> ChromaLine(AbHistogram colors)
    {
        var shares = colors.ChromaShares(ChromaStep, ChromaSteps);
        var last = Array.FindLastIndex(shares, static share => share > LeastShare);
        return
        [
            .. shares.Take(last + 2).Select(static (share, step) => ((step + 0.5) * ChromaStep, Math.Log10(Math.Max(share, LeastShare)))),
        ];
    }

    /// <summary>The error at which all curves exceed 99.5 %, rounded up.</summary>
    private static int EndOf(IReadOnlyList<ErrorCurve> curves)
    {
        const double Nearly = 0.995;
        const int Step = 10,
            LeastEnd = 40;
        var all = curves.Max(static curve => Math.Max(FirstAbove(curve.Share), FirstAbove(curve.RebalancedShare)));
        return Math.Clamp((all + Step - 1) / Step * Step, LeastEnd, PictureQuality.LargestThreshold);

        static int FirstAbove(IReadOnlyList<double> shares)
        {
            var t = 0;
            while (t < shares.Count && shares[t] < Nearly)
                t++;
            return t;
        }
    }
}
