using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorColorize.Actors.Inspection;
using ActorColorize.Host.Charts;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Inspection;
using ActorColorize.Model.Color;
using SkiaSharp;

namespace ActorColorize.Host.Tests.Inspection;

public sealed partial class InspectionPageTests
{
    [Fact]
    public void The_page_is_self_contained_and_names_are_text()
    {
        using var scratch = new ScratchFolder();

        var page = PageOf(Findings(scratch, "a <b>&\u202e.jpg"));

        Assert.All(References().Matches(page), static reference =>
            Assert.StartsWith("data:image/jpeg;base64,", reference.Groups["target"].Value, StringComparison.Ordinal)
        );
        Assert.Equal(2 * 2 + 2 + 1, page.Split("<img ").Length - 1); // most and least colourful, the pair of duplicates, the grey one
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Contains("a &lt;b&gt;&amp;\\u202e.jpg", page, StringComparison.Ordinal);
        Assert.Contains("class=\"group leak\"", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_without_readable_pictures_also_has_a_page()
    {
        using var scratch = new ScratchFolder();
        var findings = Findings(scratch, "a.jpg") with { Sizes = null, Colorfulness = null, Duplicates = [], Monochrome = [] };

        var page = PageOf(findings);

        Assert.Contains("ends before the picture does", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grid18")]
    [InlineData("gamut313")]
    public void The_prior_is_drawn_with_a_cell_for_each_bin_brighter_where_it_is_more_frequent(string name)
    {
        var bins = ColorBins.ByName[name];
        var counts = new long[bins.Count];
        (counts[100], counts[101], counts[102]) = (900_000, 1_000, 1);

        var svg = XElement.Parse(
            RenderedComponent.Of<PriorPlot>(
                new() { [nameof(PriorPlot.Bins)] = bins, [nameof(PriorPlot.Prior)] = new ColorPrior(counts, "") }
            )
        );

        var cells = svg.Elements().Where(static element => element.Name.LocalName == "rect" && element.Elements().Any()).ToList();
        Assert.Equal(bins.Count, cells.Count);
        Assert.Equal(bins.Count - 3, cells.Count(static cell => (string?)cell.Attribute("class") == "never"));
        double[] light =
        [
            .. cells
                .Where(static cell => cell.Attribute("fill") is not null)
                .Select(static cell => Lightness((string)cell.Attribute("fill")!)),
        ];
        Assert.True(light[0] > light[1] && light[1] > light[2], string.Join(", ", light));
    }

    [Fact]
    public void A_histogram_is_drawn_from_the_first_non_empty_bin_to_the_last()
    {
        var svg = XElement.Parse(
            RenderedComponent.Of<HistogramPlot>(
                new()
                {
                    [nameof(HistogramPlot.Histogram)] = new Histogram([0, 5, 10, 15, 20], [0, 3, 0, 6, 0]),
                    [nameof(HistogramPlot.Label)] = "pictures",
                }
            )
        );

        var heights = svg.Descendants("rect").Select(static bar => (double)bar.Attribute("height")!).ToList();
        Assert.Equal(3, heights.Count);
        Assert.Equal(heights[2] / 2, heights[0], 0.1);
        Assert.Equal(0, heights[1]);
    }

    [Fact]
    public void Text_reports_pictures_in_two_splits_and_JSON_has_every_name()
    {
        using var scratch = new ScratchFolder();
        var findings = Findings(scratch, "a.jpg");
        using var people = new RecordedScreen(OutputStyle.Plain);
        using var program = new RecordedScreen(OutputStyle.Json);

        InspectionText.Show(people.Screen, findings);
        program.Screen.Json(InspectionJson.Of(findings));

        Assert.Contains(people.Output, static line => line.StartsWith("1 group in more than one split", StringComparison.Ordinal));
        Assert.Contains("  look alike: train: a.jpg | val: b.jpg", people.Output);
        Assert.Contains("  val: cut.jpg: the file ends before the picture does.", people.Output);
        var json = System.Text.Json.JsonDocument.Parse(Assert.Single(program.Output)).RootElement;
        Assert.True(json.GetProperty("duplicates")[0].GetProperty("spans_splits").GetBoolean());
        Assert.Equal("grey.jpg", json.GetProperty("monochrome")[0].GetProperty("path").GetString());
        Assert.Equal(2, json.GetProperty("categories")[0].GetProperty("pictures").GetProperty("train").GetInt32());
        Assert.Equal(324, json.GetProperty("colors").GetProperty("bins")[0].GetProperty("counts").GetArrayLength());
    }

    private static string PageOf(DatasetFindings findings) =>
        RenderedComponent.Of<InspectionPage>(new() { [nameof(InspectionPage.Findings)] = findings });

    private static DatasetFindings Findings(ScratchFolder scratch, string name)
    {
        var first = Picture(scratch, "train", name, new SKColor(200, 30, 30));
        var second = Picture(scratch, "val", "b.jpg", new SKColor(200, 40, 30));
        var grey = Picture(scratch, "train", "grey.jpg", new SKColor(90, 90, 90));
        var spread = new Spread(10, 20, 30, 40, 50);
        var counts = new long[ColorBins.Grid18.Count];
        counts[5] = 7;
        return new DatasetFindings(
            scratch.Path,
            128,
            [new SplitFindings("train", 2, 1, 0, 2000, "hash"), new SplitFindings("val", 2, 0, 1, 3000, "hash")],
            [new CategoryFindings("a/abbey", [2, 2])],
            new SizeFindings(spread, spread, spread, spread, new Histogram([0, 64], [1, 2]), [new SizeCount(16, 12, 3)], 2),
            new ColorfulnessFindings(spread, 31, new Histogram([0, 5], [1, 2]), [first, second], [second, first]),
            [grey],
            [new FoundUnreadable("val", "cut.jpg", "the file ends before the picture does.")],
            [new DuplicateGroup([first, second], IsExact: false)],
            new ColorFindings("train", [(ColorBins.Grid18, new ColorPrior(counts, "hash"))])
        );
    }

    private static FoundPicture Picture(ScratchFolder scratch, string split, string name, SKColor color)
    {
        using var bitmap = new SKBitmap(16, 12);
        bitmap.Erase(color);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        File.WriteAllBytes(scratch[$"{split}-{name.Length}.jpg"], data.ToArray());
        return new FoundPicture(split, name, scratch[$"{split}-{name.Length}.jpg"], 30);
    }

    private static double Lightness(string hex)
    {
        var color = SKColor.Parse(hex);
        return (0.2126 * color.Red) + (0.7152 * color.Green) + (0.0722 * color.Blue);
    }

    [GeneratedRegex(
        "(?:src|href)=\"(?<target>[^\"]*)\"",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex References();
}
