using System.Globalization;
using ActorColorize.Host.Displays;
using ActorColorize.Model.Evaluation;
using static ActorColorize.Host.Reports.ReportMarkup;

namespace ActorColorize.Host.Reports;

/// <summary>The measures of an evaluation as HTML tables.</summary>
internal static class FigureTables
{
    private static readonly string[] MeasureHeads =
    [
        "AuC %",
        "over grey",
        "rebalanced %",
        "over grey",
        "PSNR dB",
        "CIEDE2000",
        "colorfulness",
        "minus truth",
        "gap per picture",
    ];

    /// <summary>The models and the baselines over the whole set.</summary>
    public static string WholeSet(EvaluationOutcome outcome)
    {
        var report = outcome.Report;
        var hasScenes = report.Models.Any(static model => model.Scenes is not null);
        var grey = report.Grey.Measures;
        var rows = new List<IReadOnlyList<string>>();
        void Add(string name, MeasureSet measures, SceneScore? scenes = null) =>
            rows.Add([name, .. Cells(measures, grey), .. hasScenes ? (string[])[scenes is null ? "" : Percent(scenes.Accuracy)] : []]);

        Add("<b>ours</b>", report.Model.Measures, report.Model.Scenes);
        if (report.Other is { } other)
        {
            Add("compared", other.Measures, other.Scenes);
            rows.Add([
                "ours minus compared",
                .. Differences(report.Model.Measures.Minus(other.Measures), outcome.Evaluated.Pictures.OverOther()),
                .. hasScenes ? (string[])[Difference(report.Model.Scenes, other.Scenes)] : [],
            ]);
        }

        Add("mean colour", report.Mean.Measures);
        if (report.Random is { } random)
            Add("random", random.Measures);
        Add("grey", grey);
        rows.Add([
            "truth",
            "100",
            Over(100 - grey.Auc),
            "100",
            Over(100 - grey.AucRebalanced),
            "",
            "0",
            N1(report.Truth.Colorfulness),
            "",
            "",
            .. hasScenes ? (string[])[""] : [],
        ]);
        return Table(["", .. MeasureHeads, .. hasScenes ? (string[])["scene, top 1"] : []], rows);
    }

    /// <summary>Measures by category, largest gain over grey first.</summary>
    public static string ByCategory(EvaluationOutcome outcome)
    {
        var report = outcome.Report;
        var scenes = report.Models.Select(static model => model.Scenes is not null).ToArray();
        string[] head =
        [
            "category",
            "pictures",
            "AuC %",
            "over grey",
            "rebalanced %",
            "over grey",
            "PSNR dB",
            "CIEDE2000",
            "colorfulness",
            "truth’s",
            .. scenes[0] ? (string[])["scene, top 1"] : [],
            .. report.Other is null ? (string[])[] : ["AuC, minus compared", "rebalanced, minus compared", "CIEDE2000, minus compared"],
        ];
        return Table(
            head,
            report
                .ByCategory.OrderByDescending(static category => category.Model.Auc - category.Grey.Auc)
                .Select(category =>
                    (IReadOnlyList<string>)
                        [
                            Encoded(outcome.Category(category.Label)),
                            Quantities.Count(category.Pictures),
                            N2(category.Model.Auc),
                            Over(category.Model.Auc - category.Grey.Auc),
                            N2(category.Model.AucRebalanced),
                            Over(category.Model.AucRebalanced - category.Grey.AucRebalanced),
                            N2(category.Model.Psnr),
                            N2(category.Model.Ciede2000),
                            N1(category.Model.Colorfulness),
                            N1(category.TrueColorfulness),
                            .. scenes[0] ? (string[])[category.Scenes[0] is { } score ? Percent(score.Accuracy) : ""] : [],
                            .. category.Models.Count == 1 ? (string[])[] : Compared(category.Models[0].Minus(category.Models[1])),
                        ]
                )
        );
    }

    /// <summary>"+1.25" with its sign, styled as gain or loss.</summary>
    public static string Over(double difference, bool moreIsBetter = true)
    {
        var isBetter = difference != 0 && difference > 0 == moreIsBetter;
        return $"<span class=\"{(difference == 0 ? "same" : isBetter ? "gain" : "loss")}\">{Signed(difference)}</span>";
    }

    /// <summary>"+1.25" or "−0.40".</summary>
    public static string Signed(double difference) => difference.ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>" ± 0.31": one standard error; nothing for a single picture.</summary>
    public static string Error(WeightedMean mean) =>
        mean.StandardError is { } error ? string.Create(CultureInfo.InvariantCulture, $" ± {error:0.00}") : "";

    /// <summary>"62.5 %".</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static string[] Cells(MeasureSet measures, MeasureSet grey) =>
        [
            N2(measures.Auc),
            measures == grey ? "" : Over(measures.Auc - grey.Auc),
            N2(measures.AucRebalanced),
            measures == grey ? "" : Over(measures.AucRebalanced - grey.AucRebalanced),
            N2(measures.Psnr),
            N2(measures.Ciede2000),
            N1(measures.Colorfulness),
            measures.ColorfulnessDifference.ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture),
            N1(measures.ColorfulnessGap),
        ];

    private static string[] Differences(MeasureSet difference, (WeightedMean Auc, WeightedMean AucRebalanced) margin) =>
        [
            $"{Over(difference.Auc)}{Error(margin.Auc)}",
            "",
            $"{Over(difference.AucRebalanced)}{Error(margin.AucRebalanced)}",
            "",
            Over(difference.Psnr),
            Over(difference.Ciede2000, moreIsBetter: false),
            Signed(difference.Colorfulness),
            "",
            Over(difference.ColorfulnessGap, moreIsBetter: false),
        ];

    private static string[] Compared(MeasureSet difference) =>
        [Over(difference.Auc), Over(difference.AucRebalanced), Over(difference.Ciede2000, moreIsBetter: false)];

    private static string Difference(SceneScore? ours, SceneScore? other) =>
        ours is null || other is null ? "" : Over(100 * (ours.Accuracy - other.Accuracy));

    private static string N1(double figure) => figure.ToString("0.0", CultureInfo.InvariantCulture);

    private static string N2(double figure) => figure.ToString("0.00", CultureInfo.InvariantCulture);
}
