using ActorColorize.Actors.Gpu;
using ActorColorize.Host.Reports;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Evaluation;
using Spectre.Console;

namespace ActorColorize.Host.Displays;

/// <summary>Shows an evaluation's progress and its measures. Progress is called from one thread at a time.</summary>
internal sealed class EvaluationDisplay : IAsyncDisposable
{
    /// <summary>More rows would push the other tables off the screen.</summary>
    private const int MostCategories = 30;

    private readonly Screen _screen;
    private readonly Throttle _throttle;
    private readonly LiveBar? _bar;

    /// <summary>A display that fits the screen.</summary>
    public EvaluationDisplay(Screen screen, TimeProvider time)
    {
        _screen = screen;
        _throttle = new Throttle(time, TimeSpan.FromSeconds(5));
        _bar = screen.Style == OutputStyle.Live ? LiveBar.Show(screen.People, "evaluating") : null;
    }

    /// <summary>The evaluation made progress.</summary>
    public void Moved(GpuEvents.EvaluationProgressed progress)
    {
        var text = $"{Quantities.Count(progress.Done)} of {Quantities.Count(progress.Total)}";
        if (_bar is not null)
            _bar.Update(progress.What, (double)progress.Done / progress.Total, text);
        else if (_throttle.MayPass(progress.What, isLast: progress.Done == progress.Total))
            _screen.Line($"{progress.What}: {text}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bar?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The measures: tables as text, or one JSON object.</summary>
    /// <param name="screen">The screen.</param>
    /// <param name="outcome">What was measured.</param>
    /// <param name="page">The report's first page, or null.</param>
    public static void Show(Screen screen, EvaluationOutcome outcome, string? page)
    {
        if (screen.Style == OutputStyle.Json)
        {
            screen.RawJson(outcome.ToJson(page, indented: false));
            return;
        }

        var report = outcome.Report;
        for (var m = 0; m < outcome.Models.Count; m++)
            screen.Line(
                $"{(m == 0 ? "model" : "compared with")}: {outcome.Models[m].Name} ({outcome.Models[m].Network}; "
                    + $"{outcome.Models[m].ReadingInWords()})"
            );
        screen.Line($"{Quantities.Count(report.Pictures, "picture")} of split '{outcome.Pictures.Split}' on {outcome.Device}");
        ShowSet(screen, report);
        var pictures = outcome.Evaluated.Pictures;
        screen.Line($"over grey: {Margin(pictures.OverGrey(0))}; plus or minus one standard error over pictures");
        if (report.Other is not null)
            screen.Line($"over the compared model: {Margin(pictures.OverOther())}");
        screen.Line(HueErrorInWords(report.Model.Hues));
        screen.Line(
            "grey: the input unchanged; random: each picture with the colours of another; mean colour: every pixel with the mean of the "
                + "training pictures"
        );
        if (outcome.WarningOfFewPictures() is { } warning)
            screen.Warn(warning);
        if (outcome.NearerThanOther() is { } nearer)
            screen.Line(
                $"closer to the truth than the compared model (CIEDE2000) on {Quantities.Count(nearer)} of "
                    + $"{Quantities.Count(report.Pictures, "picture")}"
            );
        if (report.ByCategory.Count > 0)
            ShowCategories(screen, outcome);
        if (outcome.Evaluated.Frontier.Count > 0)
            ShowFrontier(screen, outcome.Evaluated);
        if (page is not null)
            screen.Line($"report: {page}");
    }

    private static string HueErrorInWords(HueErrors hues) =>
        $"hue error: {Degrees(hues.All)} over the coloured pixels, {Degrees(hues.Skin)} over the skin-coloured ones "
        + $"({100 * hues.SkinShare:0.0} % of all pixels); an answer without colour has 90°";

    private static string Degrees(double? angle) => angle is { } degrees ? $"{degrees:0.0}°" : "none";

    private static string Margin((WeightedMean Auc, WeightedMean AucRebalanced) margin) =>
        $"AuC {Margin(margin.Auc)}, rebalanced {Margin(margin.AucRebalanced)}";

    private static string Margin(WeightedMean mean) =>
        $"{mean.Value:+0.0;-0.0}{(mean.StandardError is { } error ? $" ± {error:0.0}" : "")}";

    private static void ShowSet(Screen screen, EvaluationReport report)
    {
        var table = new Table()
            .Border(TableBorder.Simple)
            .AddColumn("")
            .AddColumn("AuC %")
            .AddColumn("rebalanced %")
            .AddColumn("PSNR dB")
            .AddColumn("CIEDE2000")
            .AddColumn("colorfulness")
            .AddColumn("minus truth")
            .AddColumn("gap");
        var hasScenes = report.Models.Any(static model => model.Scenes is not null);
        if (hasScenes)
            table.AddColumn("scene, top 1 (5)");
        void Row(string name, MeasureSet measures, string format, SceneScore? scenes = null) =>
            table.AddRow([
                name,
                .. new[]
                {
                    measures.Auc,
                    measures.AucRebalanced,
                    measures.Psnr,
                    measures.Ciede2000,
                    measures.Colorfulness,
                    measures.ColorfulnessDifference,
                    measures.ColorfulnessGap,
                }.Select(figure => figure.ToString(format)),
                .. hasScenes ? (string[])[scenes is null ? "" : $"{100 * scenes.Accuracy:0.0} ({100 * scenes.TopAccuracy:0.0}) %"] : [],
            ]);

        Row("model", report.Model.Measures, "0.00", report.Model.Scenes);
        if (report.Other is { } other)
        {
            Row("compared", other.Measures, "0.00", other.Scenes);
            Row("difference", report.Model.Measures.Minus(other.Measures), "+0.00;-0.00;0.00");
        }

        Row("mean colour", report.Mean.Measures, "0.00");
        if (report.Random is { } random)
            Row("random", random.Measures, "0.00");
        Row("grey", report.Grey.Measures, "0.00");
        table.AddRow("truth", "", "", "", "", report.Truth.Colorfulness.ToString("0.00"));
        screen.People.Write(table);
    }

    private static void ShowCategories(Screen screen, EvaluationOutcome outcome)
    {
        var categories = outcome.Report.ByCategory;
        if (categories.Count > MostCategories)
        {
            screen.Line($"{Quantities.Count(categories.Count)} categories: see --json and --report for their measures");
            return;
        }

        var table = new Table()
            .Border(TableBorder.Simple)
            .AddColumn("category")
            .AddColumn("pictures")
            .AddColumn("AuC over grey")
            .AddColumn("rebalanced over grey")
            .AddColumn("CIEDE2000")
            .AddColumn("colorfulness")
            .AddColumn("truth's")
            .AddColumn("scene, top 1");
        foreach (var category in categories)
        {
            table.AddRow(
                Markup.Escape(outcome.Category(category.Label)),
                Quantities.Count(category.Pictures),
                (category.Model.Auc - category.Grey.Auc).ToString("+0.00;-0.00"),
                (category.Model.AucRebalanced - category.Grey.AucRebalanced).ToString("+0.00;-0.00"),
                category.Model.Ciede2000.ToString("0.00"),
                category.Model.Colorfulness.ToString("0.0"),
                category.TrueColorfulness.ToString("0.0"),
                category.Scenes[0] is { } scenes ? $"{100 * scenes.Accuracy:0.0} %" : ""
            );
        }

        screen.People.Write(table);
    }

    private static void ShowFrontier(Screen screen, GpuEvents.Evaluated evaluated)
    {
        var grey = evaluated.Report.Grey.Measures;
        var table = new Table()
            .Border(TableBorder.Simple)
            .AddColumn("estimator")
            .AddColumn("rebalance")
            .AddColumn("temperature")
            .AddColumn("AuC over grey")
            .AddColumn("rebalanced over grey")
            .AddColumn("colorfulness");
        foreach (var point in evaluated.Frontier)
        {
            table.AddRow(
                ModelDefaults.NameOf(point.Estimator),
                point.Rebalance?.ToString("0.00") ?? "as trained",
                point.Temperature.ToString("0.00"),
                (point.Auc - grey.Auc).ToString("+0.00;-0.00"),
                (point.AucRebalanced - grey.AucRebalanced).ToString("+0.00;-0.00"),
                point.Colorfulness.ToString("0.0")
            );
        }

        screen.People.Write(table);
    }
}
