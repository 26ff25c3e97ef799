using System.Text.RegularExpressions;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Reports;
using SkiaSharp;

namespace ActorColorize.Host.Tests.Reports;

public sealed partial class EvaluationReportTests
{
    private static readonly string[] Scenes = ["beach/1.jpg", "beach/2.jpg", "forest/3.jpg", "forest/4.jpg", "forest/5.jpg"];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Every_reference_is_relative_and_exists(int models, bool frontier)
    {
        using var measured = new MeasuredPictures(Scenes, models, frontier);
        using var scratch = new ScratchFolder();

        var page = EvaluationReportFolder.Write(scratch.Path, measured.Outcome);

        Assert.Equal(scratch["index.html"], page);
        foreach (var name in new[] { "index.html", "gallery.html" })
        {
            var html = File.ReadAllText(scratch[name]);
            Assert.DoesNotContain("http", html);
            Assert.DoesNotContain("<script", html);
            var references = Reference()
                .Matches(html)
                .Select(match => match.Groups["target"].Value)
                .Where(static target => !target.StartsWith("data:", StringComparison.Ordinal))
                .ToList();
            Assert.True(references.Count > 5 * (2 + models));
            Assert.All(references, reference => Assert.True(File.Exists(scratch[reference]), reference));
        }

        Assert.Equal(frontier, File.Exists(scratch["frontier.svg"]));
        Assert.DoesNotContain(Directory.GetFiles(scratch.Path, "*", SearchOption.AllDirectories), static file =>
            file.EndsWith(".partial", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_page_shows_the_measures_of_model_baselines_and_categories()
    {
        using var measured = new MeasuredPictures(Scenes, models: 2);
        var (report, html) = (measured.Outcome.Report, PageOf(measured));

        foreach (
            var figures in new[]
            {
                report.Model.Measures,
                report.Other!.Measures,
                report.Grey.Measures,
                report.Mean.Measures,
                report.Random!.Measures,
            }
        )
        {
            Assert.Contains($"<td>{figures.Auc:0.00}</td>", html);
            Assert.Contains($"<td>{figures.Ciede2000:0.00}</td>", html);
        }

        foreach (var name in new[] { "ours minus compared", "mean colour", "random", "grey", "truth" })
            Assert.Contains($"<th scope=\"row\">{name}</th>", html);
        foreach (var category in report.ByCategory)
            Assert.Matches(
                $"<th scope=\"row\">{(category.Label == 0 ? "beach" : "forest")}</th>\\s*"
                    + $"<td>{category.Pictures}</td>\\s*<td>{category.Model.Auc:0.00}</td>",
                html
            );
        Assert.Contains("40.0 %", html); // two of five scenes
        Assert.Contains("classified as beach", html);
        Assert.Contains("(CIEDE2000) on 4 of 5 pictures", html); // the last is grey, and both models say so
        Assert.Contains("runs/&lt;1&gt;", html);
        Assert.Contains("rebalance 0.5", html);
        Assert.Contains("The best 2", html);
        Assert.Contains("The worst 3", html);
    }

    [Fact]
    public void What_was_not_measured_has_no_section()
    {
        using var measured = new MeasuredPictures(["1.jpg", "2.jpg"]);
        var html = PageOf(measured);

        Assert.DoesNotContain("By category", html);
        Assert.DoesNotContain("Scenes recognised", html);
        Assert.DoesNotContain("compared", html);
        Assert.DoesNotContain("frontier", html);
        Assert.DoesNotContain("cannot be read", html);
    }

    [Fact]
    public void If_one_picture_dominates_the_rebalanced_measure_page_and_screen_warn()
    {
        // One colour each: those of the first pictures hardly occur in the training split, and of these the first least.
        using var measured = new MeasuredPictures([.. Enumerable.Range(0, 60).Select(static i => $"{i:00}.jpg")], rareFirst: true);
        using var screen = new RecordedScreen(OutputStyle.Plain);

        EvaluationDisplay.Show(screen.Screen, measured.Outcome, null);

        Assert.Equal(1, measured.Outcome.Evaluated.Pictures.PicturesWithHalfTheWeight());
        Assert.Contains("half the weight of the rebalanced AuC is in 1 picture of 60", Assert.Single(screen.Error));
        Assert.Contains("half the weight of the rebalanced AuC is in 1 picture of 60", PageOf(measured));
    }

    [Fact]
    public void Names_are_text_and_never_markup()
    {
        const string Odd = "a&b/<img src=x onerror=alert(1)>\"'\n.jpg";
        using var measured = new MeasuredPictures([Odd, "a&b/2.jpg", "c/3.jpg"], unreadable: ["<b>broken</b>.jpg"]);
        using var scratch = new ScratchFolder();

        EvaluationReportFolder.Write(scratch.Path, measured.Outcome);

        foreach (var name in new[] { "index.html", "gallery.html" })
        {
            var html = File.ReadAllText(scratch[name]);
            Assert.DoesNotContain("<img src=x", html);
            Assert.Contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;\\u000a.jpg", html);
        }

        Assert.Contains("a&amp;b", File.ReadAllText(scratch["index.html"]));
        Assert.Contains("&lt;b&gt;broken&lt;/b&gt;.jpg: not a &lt;picture&gt;", File.ReadAllText(scratch["index.html"]));
        Assert.All(Directory.GetFiles(scratch["pictures"]).Select(Path.GetFileName), static file =>
            Assert.Matches("^(best|worst|gallery)-[0-9]{3}-(grey|ours|truth)\\.jpg$", file)
        );
    }

    [Fact]
    public void Pictures_keep_their_colours()
    {
        using var measured = new MeasuredPictures(Scenes);
        using var scratch = new ScratchFolder();
        EvaluationReportFolder.Write(scratch.Path, measured.Outcome);

        foreach (var (picture, number) in measured.Outcome.Evaluated.Gallery.Select(static (picture, index) => (picture, index + 1)))
        {
            using var truth = SKBitmap.Decode(scratch[$"pictures/gallery-{number:000}-truth.jpg"]);
            using var grey = SKBitmap.Decode(scratch[$"pictures/gallery-{number:000}-grey.jpg"]);
            var (pixel, tint) = (truth.GetPixel(7, 9), grey.GetPixel(7, 9));
            Assert.InRange(
                Math.Abs(pixel.Red - picture.Truth_HWC[0])
                    + Math.Abs(pixel.Green - picture.Truth_HWC[1])
                    + Math.Abs(pixel.Blue - picture.Truth_HWC[2]),
                0,
                6
            );
            Assert.InRange(Math.Max(Math.Abs(tint.Red - tint.Green), Math.Abs(tint.Red - tint.Blue)), 0, 3);
        }

        using var sheet = SKBitmap.Decode(scratch["gallery.jpg"]);
        Assert.True(sheet.Width > 9 * MeasuredPictures.Side && sheet.Height > 2 * MeasuredPictures.Side);
    }

    [Fact]
    public void An_unusable_folder_is_refused_before_the_evaluation()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch["file"], "");
        Directory.CreateDirectory(scratch["data"]);

        Assert.Throws<OutputException>(() => EvaluationReportFolder.Prepare(scratch["file"], scratch["data"]));
        Assert.Throws<UsageException>(() => EvaluationReportFolder.Prepare(scratch["data/report"], scratch["data"]));
        Assert.False(Directory.Exists(scratch["data/report"]));

        Directory.CreateDirectory(scratch["report"]);
        File.WriteAllText(scratch["report/index.html"], "an earlier report");
        EvaluationReportFolder.Prepare(scratch["report"], scratch["data"]);
        Assert.Equal("an earlier report", File.ReadAllText(Assert.Single(Directory.GetFiles(scratch["report"]))));
    }

    [Fact]
    public void The_screen_shows_the_same_measures()
    {
        using var measured = new MeasuredPictures(Scenes, models: 2, frontier: true);
        using var screen = new RecordedScreen(OutputStyle.Plain);
        var report = measured.Outcome.Report;

        EvaluationDisplay.Show(screen.Screen, measured.Outcome, "report/index.html");

        Assert.Contains(screen.Output, line =>
            Row(line, "model") && line.Contains($"{report.Model.Measures.Auc:0.00}") && line.Contains("40.0 (40.0) %")
        );
        Assert.Contains(screen.Output, line => Row(line, "compared") && line.Contains($"{report.Other!.Measures.Psnr:0.00}"));
        Assert.Contains(screen.Output, line =>
            Row(line, "difference") && line.Contains($"{report.Model.Measures.Auc - report.Other!.Measures.Auc:+0.00;-0.00}")
        );
        Assert.Contains(screen.Output, line => Row(line, "mean colour") && line.Contains($"{report.Mean.Measures.AucRebalanced:0.00}"));
        Assert.Contains(screen.Output, line =>
            line.StartsWith($"over grey: AuC {report.Model.Measures.Auc - report.Grey.Measures.Auc:+0.0;-0.0} ± ", StringComparison.Ordinal)
        );
        Assert.Empty(screen.Error);
        Assert.Contains(screen.Output, line => Row(line, "forest") && line.Contains(" 3 "));
        Assert.Equal("report: report/index.html", screen.Output[^1]);

        static bool Row(string line, string name) => line.TrimStart().StartsWith($"{name} ", StringComparison.Ordinal);
    }

    [GeneratedRegex("(?:src|href)=\"(?<target>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Reference();

    private static string PageOf(MeasuredPictures measured)
    {
        using var scratch = new ScratchFolder();
        return File.ReadAllText(EvaluationReportFolder.Write(scratch.Path, measured.Outcome));
    }
}
