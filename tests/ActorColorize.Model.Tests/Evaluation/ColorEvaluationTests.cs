using System.Text.Json;
using ActorColorize.Model.Color;
using ActorColorize.Model.Evaluation;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Evaluation;

[Collection(LibTorchSerially.Name)]
public class ColorEvaluationTests
{
    [Fact]
    public void Agrees_with_scikit_image_numpy_and_pytorch()
    {
        var report = Evaluate([EvaluationFixture.Count]);
        AssertClose("model", report.Model);
        AssertClose("grey", report.Grey);
        AssertClose("random", report.Random!);
        Assert.Equal(EvaluationFixture.Count, report.Pictures);
        Assert.Equal(EvaluationFixture.Figure("truth_colorfulness"), report.Truth.Colorfulness, 1e-4);
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
        AssertSame(whole.Model, split.Model);
        AssertSame(whole.Grey, split.Grey);
        AssertSame(whole.Random!, split.Random!);
    }

    [Fact]
    public void Every_picture_keeps_its_own_measures()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, CPU);
        Feed(evaluation, [2, 3]);
        var (psnr, difference, colorfulness) = (EvaluationFixture.Figures("pictures", "psnr"), EvaluationFixture.Figures("pictures", "ciede2000"), EvaluationFixture.Figures("pictures", "colorfulness"));
        Assert.Equal(EvaluationFixture.Count, evaluation.Pictures.Count);
        for (var i = 0; i < psnr.Length; i++)
        {
            Assert.Equal(psnr[i], evaluation.Pictures[i].Psnr, 2e-3);
            Assert.Equal(difference[i], evaluation.Pictures[i].Ciede2000, 2e-3);
            Assert.Equal(colorfulness[i], evaluation.Pictures[i].Colorfulness, 2e-2);
        }

        Assert.Equal(evaluation.Report().Model.Auc, evaluation.Pictures.Average(static picture => picture.Auc), 1e-4);
    }

    [Fact]
    public void The_true_colours_reach_the_figures_of_the_truth()
    {
        using var scope = NewDisposeScope();
        var (count, height, width) = (EvaluationFixture.Count, EvaluationFixture.Height, EvaluationFixture.Width);
        var lab_B3HW = LabColor.FromSrgb(tensor(EvaluationFixture.Rgb_BHWC, [count, height, width, 3]));
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, CPU);
        evaluation.Add(EvaluationFixture.Rgb_BHWC, lab_B3HW.slice(1, 1, 3, 1).contiguous().data<float>().ToArray(), count, height, width, height, width);
        var report = evaluation.Report();
        AssertSame(report.Truth, report.Model);
    }

    [Fact]
    public void Evaluating_a_report_in_between_changes_nothing()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, CPU);
        Feed(evaluation, [3], report: true);
        Feed(evaluation, [2], from: 3);
        var report = evaluation.Report();
        Assert.Equal(report, evaluation.Report());
        AssertClose("random", report.Random!);
    }

    [Fact]
    public void A_single_picture_has_no_random_baseline()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, CPU);
        Feed(evaluation, [1]);
        var report = evaluation.Report();
        Assert.Null(report.Random);
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(report.ToJson()).RootElement.GetProperty("baselines").GetProperty("random").ValueKind);
    }

    [Fact]
    public void Json_has_the_documented_keys()
    {
        var report = Evaluate([EvaluationFixture.Count]);
        using var json = JsonDocument.Parse(report.ToJson(indented: false));
        var root = json.RootElement;
        Assert.Equal(report.Model.Auc, root.GetProperty("auc").GetDouble());
        Assert.Equal(report.Model.AucRebalanced, root.GetProperty("auc_rebalanced").GetDouble());
        Assert.Equal(report.Model.Psnr, root.GetProperty("psnr").GetDouble());
        Assert.Equal(report.Model.Ciede2000, root.GetProperty("ciede2000").GetDouble());
        Assert.Equal(report.Model.Colorfulness, root.GetProperty("colorfulness").GetDouble());
        Assert.Equal(report.Truth.Colorfulness, root.GetProperty("colorfulness_truth").GetDouble());
        Assert.Equal(EvaluationFixture.Count, root.GetProperty("pictures").GetInt32());
        Assert.Equal(report.Grey.Auc, root.GetProperty("baselines").GetProperty("grey").GetProperty("auc").GetDouble());
        Assert.Equal(report.Random!.AucRebalanced, root.GetProperty("baselines").GetProperty("random").GetProperty("auc_rebalanced").GetDouble());
    }

    [Fact]
    public void No_pictures_and_wrong_lengths_are_refused()
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, CPU);
        Assert.Throws<InvalidOperationException>(evaluation.Report);
        Assert.Throws<ArgumentException>(() => evaluation.Add(new byte[11], new float[8], 1, 2, 2, 2, 2));
        Assert.Throws<ArgumentException>(() => evaluation.Add(new byte[12], new float[7], 1, 2, 2, 2, 2));
        Assert.Throws<ArgumentException>(() => evaluation.Add([], [], 0, 2, 2, 2, 2));
    }

    [Fact]
    public void Leaves_no_tensors_behind()
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
            EvaluationFixture.Ab_B2hw, EvaluationFixture.Count, EvaluationFixture.Height / 4, EvaluationFixture.Width / 4, EvaluationFixture.Height, EvaluationFixture.Width);
        var expected = EvaluationFixture.Figures("enlarged_first_row");
        Assert.Equal(EvaluationFixture.Count * 2 * EvaluationFixture.Height * EvaluationFixture.Width, full.Length);
        for (var x = 0; x < expected.Length; x++) Assert.Equal(expected[x], full[x], 1e-5);
    }

    private static EvaluationReport Evaluate(int[] batches)
    {
        using var evaluation = new ColorEvaluation(EvaluationFixture.Prior, CPU);
        Feed(evaluation, batches);
        return evaluation.Report();
    }

    private static void Feed(ColorEvaluation evaluation, int[] batches, int from = 0, bool report = false)
    {
        var (height, width) = (EvaluationFixture.Height, EvaluationFixture.Width);
        int pixels = height * width * 3, colours = 2 * (height / 4) * (width / 4);
        foreach (var batch in batches)
        {
            evaluation.Add(
                EvaluationFixture.Rgb_BHWC.AsSpan(from * pixels, batch * pixels), EvaluationFixture.Ab_B2hw.AsSpan(from * colours, batch * colours), batch, height, width, height / 4, width / 4);
            from += batch;
            if (report) _ = evaluation.Report();
        }
    }

    /// <summary>Single precision against double; a pixel that rounds the other way moves PSNR and colorfulness by less than this.</summary>
    private static void AssertClose(string predictor, MeasureSet actual)
    {
        Assert.Equal(EvaluationFixture.Figure(predictor, "auc"), actual.Auc, 1e-3);
        Assert.Equal(EvaluationFixture.Figure(predictor, "auc_rebalanced"), actual.AucRebalanced, 1e-3);
        Assert.Equal(EvaluationFixture.Figure(predictor, "psnr"), actual.Psnr, 1e-3);
        Assert.Equal(EvaluationFixture.Figure(predictor, "ciede2000"), actual.Ciede2000, 1e-3);
        Assert.Equal(EvaluationFixture.Figure(predictor, "colorfulness"), actual.Colorfulness, 1e-2);
        Assert.Equal(EvaluationFixture.Figure(predictor, "colorfulness_gap"), actual.ColorfulnessGap, 1e-2);
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
