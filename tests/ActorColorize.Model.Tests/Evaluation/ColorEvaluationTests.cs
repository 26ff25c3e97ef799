using System.Text.Json;
using ActorColorize.Model.Color;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Evaluation;

[Collection(LibTorchSerially.Name)]
public class ColorEvaluationTests
{
    [Fact]
    public void Agrees_with_scikit_image_numpy_and_pytorch()
    {
        var report = Evaluate([EvaluationFixture.Count]);
        AssertClose("model", report.Model.Measures);
        AssertClose("grey", report.Grey.Measures);
        AssertClose("random", report.Random!.Measures);
        AssertClose("mean", report.Mean.Measures);
        Assert.Equal(EvaluationFixture.Count, report.Pictures);
        Assert.Equal(EvaluationFixture.Figure("truth_colorfulness"), report.Truth.Colorfulness, 1e-4);
    }

    /// <summary>
    /// A pixel whose error is a whole number but for rounding may enter the curve a step earlier or later: one of 3,840 is 0.03 %.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(2, 3)]
    public void Error_curves_agree_with_numpy_and_their_areas_are_the_AuC(params int[] batches)
    {
        var report = Evaluate(batches);
        foreach (
            var (name, figures) in new[]
            {
                ("model", report.Model),
                ("grey", report.Grey),
                ("random", report.Random!),
                ("mean", report.Mean),
            }
        )
        {
            AssertCurve(EvaluationFixture.Figures("curves", name, "raw"), figures.Curve.Share);
            AssertCurve(EvaluationFixture.Figures("curves", name, "rebalanced"), figures.Curve.RebalancedShare);
            Assert.Equal(figures.Measures.Auc, figures.Curve.Auc, 1e-4);
            Assert.Equal(figures.Measures.AucRebalanced, figures.Curve.AucRebalanced, 1e-4);
        }
    }

    [Fact]
    public void Colours_are_counted_as_numpy_counts_them()
    {
        var report = Evaluate([2, 3]);
        AssertPlane("model", report.Model.Colors);
        AssertPlane("truth", report.TrueColors);
        var chroma = report.TrueColors.ChromaShares(4, 8);
        var expected = EvaluationFixture.Figures("true_chroma");
        for (var step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], chroma[step], 2e-3);
    }

    [Fact]
    public void Categories_have_the_measures_of_their_own_pictures()
    {
        var report = Evaluate([3, 2]);
        Assert.Equal(
            EvaluationFixture.Categories.Select(static category => category.GetProperty("label").GetInt32()),
            report.ByCategory.Select(static category => category.Label)
        );
        foreach (var (expected, category) in EvaluationFixture.Categories.Zip(report.ByCategory))
        {
            Assert.Equal(expected.GetProperty("pictures").GetInt32(), category.Pictures);
            AssertClose(expected.GetProperty("model"), category.Model);
            AssertClose(expected.GetProperty("grey"), category.Grey);
            Assert.Equal(expected.GetProperty("truth_colorfulness").GetDouble(), category.TrueColorfulness, 1e-3);
            Assert.Null(category.Scenes[0]);
        }
    }

    [Fact]
    public void Scenes_count_only_where_a_picture_has_a_label()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, EvaluationFixture.ConstantColor, 1, CPU);
        Feed(
            evaluation,
            [5],
            scenes_B:
            [
                [0, 1],
                [1, 2],
                [2, 1],
                [0, 1],
                [2, 0],
            ]
        ); // labels 0, 2, 0, none, 2
        var report = evaluation.Report();
        Assert.Equal(new SceneScore(4, 2, 3), report.Model.Scenes);
        Assert.Equal(0.5, report.Model.Scenes!.Accuracy);
        Assert.Equal(0.75, report.Model.Scenes.TopAccuracy);
        Assert.Equal([new SceneScore(2, 1, 1), new SceneScore(2, 1, 2)], report.ByCategory.Select(static category => category.Scenes[0]!));
    }

    [Fact]
    public void A_second_model_has_its_own_measures_and_does_not_change_those_of_the_first()
    {
        var (count, height, width) = (EvaluationFixture.Count, EvaluationFixture.Height, EvaluationFixture.Width);
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, EvaluationFixture.ConstantColor, 2, CPU);
        evaluation.Add(
            EvaluationFixture.Rgb_BHWC,
            [new ModelAnswer(EvaluationFixture.Ab_B2hw), new ModelAnswer(new float[EvaluationFixture.Ab_B2hw.Length])],
            count,
            height,
            width,
            height / 4,
            width / 4,
            EvaluationFixture.Labels_B
        );
        var report = evaluation.Report();
        AssertClose("model", report.Model.Measures);
        AssertSame(report.Grey.Measures, report.Other!.Measures);
        Assert.Equal(report.Grey.Measures.Auc, evaluation.Pictures(1).Average(static picture => picture.Auc), 1e-4);
        Assert.Equal(report.ByCategory[0].Grey.Psnr, report.ByCategory[0].Models[1].Psnr, 1e-6);
        Assert.Equal(report.Model.Measures.Auc - report.Grey.Measures.Auc, report.Model.Measures.Minus(report.Other.Measures).Auc, 1e-9);
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(2, 3)]
    [InlineData(1, 4)]
    [InlineData(4, 1)]
    public void The_split_into_batches_changes_nothing(params int[] batches)
    {
        var whole = Evaluate([EvaluationFixture.Count]);
        var split = Evaluate(batches);
        AssertSame(whole.Model.Measures, split.Model.Measures);
        AssertSame(whole.Grey.Measures, split.Grey.Measures);
        AssertSame(whole.Mean.Measures, split.Mean.Measures);
        AssertSame(whole.Random!.Measures, split.Random!.Measures);
        AssertSame(whole.ByCategory[1].Model, split.ByCategory[1].Model);
    }

    [Fact]
    public void Every_picture_keeps_its_own_measures()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, EvaluationFixture.ConstantColor, 1, CPU);
        Feed(evaluation, [2, 3]);
        Assert.Equal(EvaluationFixture.Count, evaluation.Count);
        AssertPictures("pictures", evaluation.Pictures());
        AssertPictures("grey_pictures", evaluation.GreyPictures);
        Assert.Equal(evaluation.Report().Model.Measures.Auc, evaluation.Pictures().Average(static picture => picture.Auc), 1e-4);
    }

    [Fact]
    public void The_true_colours_have_the_measures_of_the_truth()
    {
        using var scope = NewDisposeScope();
        var (count, height, width) = (EvaluationFixture.Count, EvaluationFixture.Height, EvaluationFixture.Width);
        var lab_B3HW = LabColor.FromSrgb(tensor(EvaluationFixture.Rgb_BHWC, [count, height, width, 3]));
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, EvaluationFixture.ConstantColor, 1, CPU);
        evaluation.Add(
            EvaluationFixture.Rgb_BHWC,
            [new ModelAnswer(lab_B3HW.slice(1, 1, 3, 1).contiguous().data<float>().ToArray())],
            count,
            height,
            width,
            height,
            width
        );
        var report = evaluation.Report();
        AssertSame(report.Truth, report.Model.Measures);
        Assert.All(report.Model.Curve.Share, static share => Assert.Equal(1, share, 1e-9));
    }

    [Fact]
    public void An_intermediate_report_changes_nothing()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, EvaluationFixture.ConstantColor, 1, CPU);
        Feed(evaluation, [3], report: true);
        Feed(evaluation, [2], from: 3);
        var report = evaluation.Report();
        var again = evaluation.Report();
        Assert.Equal(report.Model.Measures, again.Model.Measures);
        Assert.Equal(report.Random!.Measures, again.Random!.Measures);
        Assert.Equal(report.Random.Curve.Share, again.Random.Curve.Share);
        AssertClose("random", report.Random.Measures);
    }

    [Fact]
    public void A_single_picture_has_no_random_baseline()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, EvaluationFixture.ConstantColor, 1, CPU);
        Feed(evaluation, [1]);
        var report = evaluation.Report();
        Assert.Null(report.Random);
        Assert.Null(EvaluationJson.Of(report, [], [])["baselines"]!["random"]);
    }

    [Fact]
    public void Json_has_the_documented_keys()
    {
        var report = Evaluate([EvaluationFixture.Count]);
        using var json = JsonDocument.Parse(
            EvaluationJson
                .Of(report, ["a/abbey", "b/beach", "c/coast"], [new FrontierPoint(ColorEstimator.GeometricMedian, 0.38, 0.5, 90, 60, 30)])
                .ToJsonString()
        );
        var root = json.RootElement;
        var model = report.Model.Measures;
        Assert.Equal(model.Auc, root.GetProperty("auc").GetDouble());
        Assert.Equal(model.AucRebalanced, root.GetProperty("auc_rebalanced").GetDouble());
        Assert.Equal(model.Psnr, root.GetProperty("psnr").GetDouble());
        Assert.Equal(model.Ciede2000, root.GetProperty("ciede2000").GetDouble());
        Assert.Equal(model.Colorfulness, root.GetProperty("colorfulness").GetDouble());
        Assert.Equal(model.Colorfulness - report.Truth.Colorfulness, root.GetProperty("colorfulness_difference").GetDouble(), 1e-9);
        Assert.Equal(report.Truth.Colorfulness, root.GetProperty("colorfulness_truth").GetDouble());
        Assert.Equal(EvaluationFixture.Count, root.GetProperty("pictures").GetInt32());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("scene_accuracy").ValueKind);
        var baselines = root.GetProperty("baselines");
        Assert.Equal(report.Grey.Measures.Auc, baselines.GetProperty("grey").GetProperty("auc").GetDouble());
        Assert.Equal(report.Random!.Measures.AucRebalanced, baselines.GetProperty("random").GetProperty("auc_rebalanced").GetDouble());
        Assert.Equal(report.Mean.Measures.Ciede2000, baselines.GetProperty("mean_color").GetProperty("ciede2000").GetDouble());
        Assert.Equal(-5, root.GetProperty("mean_color").GetProperty("b").GetDouble());
        Assert.Equal(
            ["a/abbey", "c/coast"],
            root.GetProperty("by_category").EnumerateArray().Select(static category => category.GetProperty("category").GetString())
        );
        Assert.Equal(
            report.ByCategory[1].Grey.Auc,
            root.GetProperty("by_category")[1].GetProperty("baselines").GetProperty("grey").GetProperty("auc").GetDouble()
        );
        Assert.Equal(60, root.GetProperty("frontier")[0].GetProperty("auc_rebalanced").GetDouble());
        Assert.False(root.TryGetProperty("compared_with", out _));
    }

    [Fact]
    public void Empty_batches_and_wrong_lengths_are_refused()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, EvaluationFixture.ConstantColor, 1, CPU);
        Assert.Throws<InvalidOperationException>(evaluation.Report);
        Assert.Throws<ArgumentException>(() => evaluation.Add(new byte[11], [new ModelAnswer(new float[8])], 1, 2, 2, 2, 2));
        Assert.Throws<ArgumentException>(() => evaluation.Add(new byte[12], [new ModelAnswer(new float[7])], 1, 2, 2, 2, 2));
        Assert.Throws<ArgumentException>(() => evaluation.Add([], [new ModelAnswer([])], 0, 2, 2, 2, 2));
        Assert.Throws<ArgumentException>(() => evaluation.Add(new byte[12], [], 1, 2, 2, 2, 2));
        Assert.Throws<ArgumentException>(() => evaluation.Add(new byte[12], [new ModelAnswer(new float[8])], 1, 2, 2, 2, 2, [0, 0]));
        Assert.Throws<ArgumentException>(() =>
            evaluation.Add(
                new byte[12],
                [
                    new ModelAnswer(
                        new float[8],
                        [
                            [0],
                            [0],
                        ]
                    ),
                ],
                1,
                2,
                2,
                2,
                2,
                [0]
            )
        );
        Assert.Equal(0, evaluation.Count);
    }

    [Fact]
    public void Leaks_no_tensors()
    {
        Evaluate([2, 3]);
        var before = LiveTensors.Count();
        Evaluate([2, 3]);
        Assert.Equal(before, LiveTensors.Count());
    }

    [Fact]
    public void Managed_enlargement_agrees_with_pytorch()
    {
        var full = AbUpsampling.Bilinear(
            EvaluationFixture.Ab_B2hw,
            EvaluationFixture.Count,
            EvaluationFixture.Height / 4,
            EvaluationFixture.Width / 4,
            EvaluationFixture.Height,
            EvaluationFixture.Width
        );
        var expected = EvaluationFixture.Figures("enlarged_first_row");
        Assert.Equal(EvaluationFixture.Count * 2 * EvaluationFixture.Height * EvaluationFixture.Width, full.Length);
        for (var x = 0; x < expected.Length; x++)
            Assert.Equal(expected[x], full[x], 1e-5);
    }

    private static EvaluationReport Evaluate(int[] batches)
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, EvaluationFixture.ConstantColor, 1, CPU);
        Feed(evaluation, batches);
        return evaluation.Report();
    }

    private static void Feed(ColorEvaluation evaluation, int[] batches, int from = 0, bool report = false, int[][]? scenes_B = null)
    {
        var (height, width) = (EvaluationFixture.Height, EvaluationFixture.Width);
        int pixels = height * width * 3,
            colours = 2 * (height / 4) * (width / 4);
        foreach (var batch in batches)
        {
            evaluation.Add(
                EvaluationFixture.Rgb_BHWC.AsSpan(from * pixels, batch * pixels),
                [new ModelAnswer(EvaluationFixture.Ab_B2hw[(from * colours)..((from + batch) * colours)], scenes_B)],
                batch,
                height,
                width,
                height / 4,
                width / 4,
                EvaluationFixture.Labels_B.AsSpan(from, batch)
            );
            from += batch;
            if (report)
                _ = evaluation.Report();
        }
    }

    private static void AssertClose(string predictor, MeasureSet actual) => AssertClose(EvaluationFixture.Element(predictor), actual);

    /// <summary>Single precision against double; a pixel that rounds the other way moves PSNR and colorfulness by less than this.</summary>
    private static void AssertClose(JsonElement expected, MeasureSet actual)
    {
        double Figure(string name) => expected.GetProperty(name).GetDouble();
        Assert.Equal(Figure("auc"), actual.Auc, 1e-3);
        Assert.Equal(Figure("auc_rebalanced"), actual.AucRebalanced, 1e-3);
        Assert.Equal(Figure("psnr"), actual.Psnr, 1e-3);
        Assert.Equal(Figure("ciede2000"), actual.Ciede2000, 1e-3);
        Assert.Equal(Figure("colorfulness"), actual.Colorfulness, 1e-2);
        Assert.Equal(Figure("colorfulness_gap"), actual.ColorfulnessGap, 1e-2);
        Assert.Equal(Figure("colorfulness_difference"), actual.ColorfulnessDifference, 1e-2);
    }

    private static void AssertPictures(string name, IReadOnlyList<PictureMeasures> actual)
    {
        double[] Expected(string measure) => EvaluationFixture.Figures(name, measure);
        Assert.Equal(EvaluationFixture.Count, actual.Count);
        for (var i = 0; i < actual.Count; i++)
        {
            Assert.Equal(Expected("auc")[i], actual[i].Auc, 3e-3);
            Assert.Equal(Expected("auc_rebalanced")[i], actual[i].AucRebalanced, 3e-3);
            Assert.Equal(Expected("psnr")[i], actual[i].Psnr, 2e-3);
            Assert.Equal(Expected("ciede2000")[i], actual[i].Ciede2000, 2e-3);
            Assert.Equal(Expected("colorfulness")[i], actual[i].Colorfulness, 2e-2);
            Assert.Equal(Expected("colorfulness_truth")[i], actual[i].TrueColorfulness, 1e-3);
        }
    }

    private static void AssertCurve(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var t = 0; t < expected.Length; t++)
            Assert.Equal(expected[t], actual[t], 1e-3);
        Assert.Equal(actual.Order(), actual);
    }

    /// <summary>A pixel on the border of two cells may fall into either: of 3,840, a few.</summary>
    private static void AssertPlane(string name, AbHistogram actual)
    {
        var expected = EvaluationFixture.Plane(name).ToDictionary(static cell => (cell.A, cell.B), static cell => cell.Count);
        Assert.Equal(expected.Values.Sum(), actual.Total);
        long misplaced = 0;
        for (var a = 0; a < AbHistogram.Cells; a++)
        {
            for (var b = 0; b < AbHistogram.Cells; b++)
                misplaced += Math.Abs(actual.Count(a, b) - expected.GetValueOrDefault((a, b)));
        }

        Assert.InRange(misplaced, 0, 8);
    }

    private static void AssertSame(MeasureSet expected, MeasureSet actual)
    {
        Assert.Equal(expected.Auc, actual.Auc, 1e-4);
        Assert.Equal(expected.AucRebalanced, actual.AucRebalanced, 1e-4);
        Assert.Equal(expected.Psnr, actual.Psnr, 1e-4);
        Assert.Equal(expected.Ciede2000, actual.Ciede2000, 1e-4);
        Assert.Equal(expected.Colorfulness, actual.Colorfulness, 1e-4);
        Assert.Equal(expected.ColorfulnessGap, actual.ColorfulnessGap, 1e-4);
    }
}
