using System.Globalization;
using System.Text;
using ActorColorize.Actors.Gpu;
using ActorColorize.Host.Displays;
using ActorColorize.Model.Evaluation;
using static ActorColorize.Host.Reports.ReportMarkup;

namespace ActorColorize.Host.Reports;

/// <summary>The files that the first page of a report links to.</summary>
/// <param name="Best">The best pictures.</param>
/// <param name="Worst">The worst pictures.</param>
/// <param name="Frontier">The frontier's picture, or null.</param>
/// <param name="Gallery">The page of pictures at even distances, or null.</param>
/// <param name="Files">Files with figures: name, and what is in it.</param>
internal sealed record EvaluationPageParts(
    IReadOnlyList<ShownPictureFiles> Best,
    IReadOnlyList<ShownPictureFiles> Worst,
    string? Frontier,
    string? Gallery,
    IReadOnlyList<(string Name, string Content)> Files
);

/// <summary>The first page of a report: figures, curves, colours, categories, best and worst pictures.</summary>
internal static class EvaluationPage
{
    /// <summary>The page.</summary>
    public static string Of(EvaluationOutcome outcome, EvaluationPageParts parts)
    {
        var report = outcome.Report;
        var html = new StringBuilder();
        html.Append(Tiles(outcome));
        html.Append(Models(outcome));

        Section(html, "set", "Overall", FigureTables.WholeSet(outcome) + Warning(outcome) + Comparison(outcome) + Explanation(outcome));
        Section(html, "curves", "Error distribution", ColorCharts.ErrorCurves(report));
        Section(
            html,
            "colours",
            "Colour distribution",
            ColorCharts.Colors(report)
                + "<p class=\"soft\">The ab plane from green to red (left to right) and blue to yellow (upwards); rings of equal chroma, "
                + "20 apart. The stronger a cell, the more often its colour occurs, on a logarithmic scale "
                + "that is the same for all of these. Colours that occur in the truth but not in ours are those that the model "
                + "avoids.</p>\n"
        );
        if (report.ByCategory.Count > 0)
            Section(
                html,
                "categories",
                "By category",
                FigureTables.ByCategory(outcome)
                    + "<p class=\"soft\">Most gain over grey first. Grey is measured on the same pictures, so “over grey” compares "
                    + "categories that are more and less colourful.</p>\n"
            );
        if (parts.Frontier is { } frontier)
            Section(
                html,
                "frontier",
                "Other decodings",
                $"<figure class=\"one\"><img class=\"plot\" src=\"{frontier}\" width=\"840\" height=\"480\" loading=\"lazy\" alt=\"Raw "
                    + "and rebalanced AuC over grey for many temperatures and rebalancings\"></figure>\n"
                    + "<p class=\"soft\">Each line is one <code>--rebalance</code>, each point on it one <code>--temperature</code>. "
                    + "Further right, common colours are closer to the truth; further up, rare ones. The measures are in "
                    + "<code>figures.json</code>.</p>\n"
            );
        if (parts.Best.Count > 0)
            Section(
                html,
                "best",
                $"The best {parts.Best.Count}",
                $"<p class=\"soft\">{Chosen(outcome.RankBy, best: true)}</p>\n" + PictureCards.Of(outcome, parts.Best, atTop: false)
            );
        if (parts.Worst.Count > 0)
            Section(
                html,
                "worst",
                $"The worst {parts.Worst.Count}",
                $"<p class=\"soft\">{Chosen(outcome.RankBy, best: false)}</p>\n" + PictureCards.Of(outcome, parts.Worst, atTop: false)
            );
        Section(html, "files", "Files", Files(outcome, parts));
        return Page("Evaluation", Subtitle(outcome), html.ToString());
    }

    /// <summary>The line under the heading of a report's pages.</summary>
    public static string Subtitle(EvaluationOutcome outcome) =>
        $"{Quantities.Count(outcome.Report.Pictures, "picture")} of {Path.GetFileName(outcome.Pictures.Root)}, split "
        + $"{outcome.Pictures.Split}, {outcome.Made.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}";

    private static void Section(StringBuilder html, string id, string heading, string body) =>
        html.Append($"<section id=\"{id}\">\n<h2>{Encoded(heading)}</h2>\n{body}</section>\n");

    /// <summary>The headline measures.</summary>
    private static string Tiles(EvaluationOutcome outcome)
    {
        var (model, grey, truth) = (outcome.Report.Model.Measures, outcome.Report.Grey.Measures, outcome.Report.Truth);
        var html = new StringBuilder("<div class=\"figures\">\n");
        void Tile(string name, string figure, string note) =>
            html.Append($"<div><span>{name}</span><strong>{figure}</strong><small>{note}</small></div>\n");
        var (auc, rebalanced) = outcome.Evaluated.Pictures.OverGrey(0);
        Tile(
            "AuC over grey",
            FigureTables.Over(model.Auc - grey.Auc),
            string.Create(CultureInfo.InvariantCulture, $"{Noted(auc)}{model.Auc:0.0} %; grey {grey.Auc:0.0} %")
        );
        Tile(
            "Rebalanced AuC over grey",
            FigureTables.Over(model.AucRebalanced - grey.AucRebalanced),
            string.Create(CultureInfo.InvariantCulture, $"{Noted(rebalanced)}{model.AucRebalanced:0.0} %; grey {grey.AucRebalanced:0.0} %")
        );
        Tile(
            "Colour difference",
            string.Create(CultureInfo.InvariantCulture, $"{model.Ciede2000:0.0}"),
            string.Create(CultureInfo.InvariantCulture, $"CIEDE2000; grey {grey.Ciede2000:0.0}")
        );
        Tile(
            "Colorfulness",
            string.Create(CultureInfo.InvariantCulture, $"{model.Colorfulness / Math.Max(1e-9, truth.Colorfulness):0.00} ×"),
            string.Create(CultureInfo.InvariantCulture, $"{model.Colorfulness:0.0}; the truth has {truth.Colorfulness:0.0}")
        );
        if (outcome.Report.Model.Scenes is { } scenes)
            Tile(
                "Scenes recognised",
                FigureTables.Percent(scenes.Accuracy),
                $"{Quantities.Count(scenes.Right)} of {Quantities.Count(scenes.Labelled)}"
            );
        return html.Append("</div>\n").ToString();
    }

    private static string Noted(WeightedMean mean) => mean.StandardError is null ? "" : $"{FigureTables.Error(mean).Trim()} · ";

    private static string Models(EvaluationOutcome outcome)
    {
        var html = new StringBuilder("<dl class=\"models\">\n");
        for (var m = 0; m < outcome.Models.Count; m++)
        {
            var model = outcome.Models[m];
            html.Append(
                $"<dt>{(m == 0 ? "ours" : "compared")}</dt><dd>{Encoded(model.Name)}<small>{Encoded(model.Network)}; "
                    + $"{Encoded(model.ReadingInWords())}</small></dd>\n"
            );
        }

        return html.Append("</dl>\n").ToString();
    }

    private static string Warning(EvaluationOutcome outcome) =>
        outcome.WarningOfFewPictures() is { } warning ? $"<p class=\"warning\"><b>Note:</b> {Encoded(warning)}.</p>\n" : "";

    private static string Comparison(EvaluationOutcome outcome) =>
        outcome.NearerThanOther() is { } nearer
            ? $"<p>Ours is closer to the truth than the compared model (CIEDE2000) on {Quantities.Count(nearer)} of "
                + $"{Quantities.Count(outcome.Report.Pictures, "picture")}.</p>\n"
            : "";

    private static string Explanation(EvaluationOutcome outcome) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <details><summary>What the figures mean</summary>
            <ul>
            <li><b>AuC</b>: for each pixel the distance between predicted and true colour in the ab plane; the share of pixels within t,
            averaged over t = 0…150. It depends on the pictures: compare the margin over <b>grey</b>, which is the input unchanged.
            On ImageNet the published method is 0.4 over grey, and the one without rebalancing 2.5.</li>
            <li><b>Rebalanced AuC</b>: the same, every pixel weighted by the rarity of its true colour in the training split:
            rare, saturated colours count as much as the frequent dull ones. Half of all weight lies in {Quantities.Count(
                outcome.Evaluated.Pictures.PicturesWithHalfTheWeight(),
                "picture"
            )} of {Quantities.Count(outcome.Report.Pictures)}. On ImageNet the published method is 9.3 over grey.</li>
            <li><b>±</b> is one standard error: how much a margin would change with other pictures of the same kind
            (jackknife over the pictures). A margin below twice that may be chance.</li>
            <li><b>PSNR</b> over 8-bit RGB and <b>CIEDE2000</b>, the perceived difference (1 is just noticeable),
            compare the resulting pictures.</li>
            <li><b>Colorfulness</b> (Hasler–Süsstrunk): 0 is grey, 33 moderately colourful. <b>Minus truth</b>
            is the difference of the means, <b>gap</b> the mean distance picture by picture.</li>
            <li><b>Mean colour</b> paints every pixel with the training split’s mean (a {outcome.Report.MeanColor.A:0.0}, b
            {outcome.Report.MeanColor.B:0.0}); <b>random</b> paints each picture with the colours of another one.</li>
            </ul>
            <p>Measured on whole pictures of {Side(outcome)}, {Encoded(outcome.Device)}.</p></details>

            """
        );

    private static string Side(EvaluationOutcome outcome) => $"{outcome.Side} × {outcome.Side} pixels";

    private static string Chosen(RankingMeasure measure, bool best) =>
        (measure, best) switch
        {
            (RankingMeasure.AucOverGrey, true) => "The largest gain over grey (AuC of the picture minus that of the same picture in grey).",
            (RankingMeasure.AucOverGrey, false) =>
                "The smallest gain over grey (AuC of the picture minus that of the same picture in grey).",
            (RankingMeasure.Ciede2000, true) => "The smallest mean CIEDE2000.",
            (RankingMeasure.Ciede2000, false) => "The largest mean CIEDE2000.",
            (RankingMeasure.Psnr, true) => "The highest PSNR.",
            (RankingMeasure.Psnr, false) => "The lowest PSNR.",
            (_, true) => "The highest rebalanced AuC.",
            (_, false) => "The lowest rebalanced AuC.",
        };

    private static string Files(EvaluationOutcome outcome, EvaluationPageParts parts)
    {
        var html = new StringBuilder("<ul>\n");
        if (parts.Gallery is { } gallery)
            html.Append(
                $"<li><a href=\"{gallery}\">{gallery}</a>: {Quantities.Count(outcome.Evaluated.Gallery.Count, "picture")} evenly spaced "
                    + "through the set</li>\n"
            );
        foreach (var (name, content) in parts.Files)
            html.Append($"<li><a href=\"{name}\">{name}</a>: {content}</li>\n");
        html.Append("</ul>\n");
        if (outcome.Evaluated.Unreadable.Count == 0)
            return html.ToString();
        html.Append(
            $"<details><summary>{Quantities.Count(outcome.Evaluated.Unreadable.Count, "picture")} left out because they cannot be "
                + "read</summary><ul>\n"
        );
        foreach (var (path, reason) in outcome.Evaluated.Unreadable)
            html.Append($"<li>{Encoded(path)}: {Encoded(reason)}</li>\n");
        return html.Append("</ul></details>\n").ToString();
    }
}
