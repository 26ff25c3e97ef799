using System.Globalization;
using System.Xml.Linq;
using ActorColorize.Host.Charts;
using ActorColorize.Host.Tests.Reports;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using SkiaSharp;

namespace ActorColorize.Host.Tests.Charts;

public sealed class ChartTests
{
    [Fact]
    public void A_line_goes_through_its_points_and_stays_within_the_axes()
    {
        var svg = RenderedComponent.Of<LineChart>(
            new()
            {
                [nameof(LineChart.Label)] = "a < b",
                [nameof(LineChart.X)] = ChartAxis.Even("x", 0, 10, 5),
                [nameof(LineChart.Y)] = ChartAxis.Even("y & z", 0, 100, 20),
                [nameof(LineChart.Series)] = new[] { new ChartSeries("<line>", 3, [(0, 0), (5, 50), (10, 100), (20, 100), (9, 1e9)]) },
            }
        );

        var root = XDocument.Parse(svg).Root!;
        Assert.Equal("a < b", root.Attribute("aria-label")!.Value);
        Assert.Contains(root.Descendants("text"), static text => text.Value == "y & z");
        var line = Assert.Single(root.Elements("polyline"));
        Assert.Equal("line s3", line.Attribute("class")!.Value);
        Assert.Equal("<line>", line.Element("title")!.Value);
        var points = line.Attribute("points")!
            .Value.Split(' ')
            .Select(static point => point.Split(',').Select(static number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .ToList();
        Assert.Equal(4, points.Count); // the one beyond the axis is cut off
        Assert.Equal((points[0][0] + points[2][0]) / 2, points[1][0], 0.11);
        Assert.Equal((points[0][1] + points[2][1]) / 2, points[1][1], 0.11);
        Assert.True(points[2][1] < points[0][1]); // upwards
        Assert.Equal(points[2][1], points[3][1]); // and never out of the chart
    }

    [Fact]
    public void The_ab_plane_has_red_to_the_right_yellow_upwards_and_nothing_where_no_pixel_is()
    {
        using var measured = new MeasuredPictures(["1.jpg"]); // one colour, (40, 120, 200): a and b of scikit-image are 4.62 and −48.31
        var colors = measured.Outcome.Report.TrueColors;
        Assert.Equal(1, AbPlanePicture.LargestShare(colors));

        using var plane = SKBitmap.Decode(AbPlanePicture.Png(colors, 1));

        Assert.Equal((AbHistogram.Cells, AbHistogram.Cells), (plane.Width, plane.Height));
        var seen = Enumerable
            .Range(0, AbHistogram.Cells * AbHistogram.Cells)
            .Where(at => plane.GetPixel(at % AbHistogram.Cells, at / AbHistogram.Cells).Alpha > 0)
            .ToList();
        var (x, y) = (Assert.Single(seen) % AbHistogram.Cells, seen[0] / AbHistogram.Cells);
        Assert.Equal(4.62, AbHistogram.Middle(x), AbHistogram.CellWidth / 2);
        Assert.Equal(-48.31, AbHistogram.Middle(AbHistogram.Cells - 1 - y), AbHistogram.CellWidth / 2);
        var pixel = plane.GetPixel(x, y);
        Assert.Equal(255, pixel.Alpha);
        Assert.True(pixel.Blue > pixel.Green && pixel.Green > pixel.Red);
        Assert.Equal(60, AbPlanePicture.ExtentOf([colors]));
        Assert.Equal(
            "svg",
            XDocument
                .Parse(
                    RenderedComponent.Of<AbPlane>(
                        new()
                        {
                            [nameof(AbPlane.Colors)] = colors,
                            [nameof(AbPlane.LargestShare)] = 1.0,
                            [nameof(AbPlane.Extent)] = 50.0,
                            [nameof(AbPlane.Label)] = "colours",
                        }
                    )
                )
                .Root!.Name.LocalName
        );
    }

    [Fact]
    public void The_frontier_shows_the_points_marks_the_one_that_is_used_and_counts_those_far_below_grey()
    {
        var grey = new MeasureSet(90, 57, 25, 10, 0, 30, -30);
        var points = new[] { (0.38, 0.5, 91.0, 62.0), (1.0, 0.5, 91.5, 60.0), (0.38, 1.0, 92.0, 58.0), (0.2, 0.0, 60.0, 70.0) }
            .Select(static point => new FrontierPoint(ColorEstimator.AnnealedMean, point.Item1, point.Item2, point.Item3, point.Item4, 20))
            .ToList();

        var svg = XDocument
            .Parse(
                RenderedComponent.Of<FrontierPlot>(
                    new()
                    {
                        [nameof(FrontierPlot.Points)] = points,
                        [nameof(FrontierPlot.Grey)] = grey,
                        [nameof(FrontierPlot.Used)] = grey with { Auc = 91, AucRebalanced = 62 },
                    }
                )
            )
            .Root!;

        XNamespace names = "http://www.w3.org/2000/svg";
        var circles = svg.Elements(names + "circle")
            .Select(static circle => (X: (double)circle.Attribute("cx")!, Y: (double)circle.Attribute("cy")!))
            .ToList();
        Assert.Equal(3, circles.Count);
        var mark = svg.Descendants(names + "circle").Single(static circle => circle.Attribute("cx") is null).Parent!;
        Assert.Equal($"translate({circles[0].X} {circles[0].Y})", (string?)mark.Attribute("transform"));
        Assert.True(circles[0].X < circles[1].X && circles[1].X < circles[2].X);
        Assert.True(circles[0].Y < circles[1].Y && circles[1].Y < circles[2].Y);
        Assert.Contains("left out: 1 with", svg.Value);
        Assert.Contains("raw AuC under −8", svg.Value);
        Assert.Contains("temperature 0.38: raw 91.00, rebalanced 62.00", svg.Value);
    }
}
