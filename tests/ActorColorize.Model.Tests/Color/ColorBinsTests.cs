using ActorColorize.Model.Color;
using CsCheck;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Color;

[Collection(LibTorchSerially.Name)]
public sealed class ColorBinsTests
{
    private static readonly ColorBins Bins = ColorBins.Grid18;

    [Fact]
    public void The_grid_has_324_bins_whose_centres_are_in_their_own_bin()
    {
        using var scope = NewDisposeScope();
        var index = Bins.IndexOf(Bins.CentersOn(CPU).t().view(1, 2, 1, -1)).data<long>().ToArray();
        Assert.Equal(324, Bins.Count);
        Assert.Equal(Enumerable.Range(0, 324).Select(static bin => (long)bin), index);
        Assert.Equal(-110 + 110.0 / 18, Bins.Centers[0, 0], 1e-4);
        Assert.Equal(110 - 110.0 / 18, Bins.Centers[323, 1], 1e-4);
    }

    [Fact]
    public void A_colour_is_in_its_computed_bin_and_beyond_the_edge_in_the_outermost() =>
        Gen.Select(Gen.Double[-150, 150], Gen.Double[-150, 150])
            .Sample(
                static (a, b) =>
                {
                    if (IsBetweenCells(a) || IsBetweenCells(b))
                        return;
                    using var scope = NewDisposeScope();
                    var index = Bins.IndexOf(tensor([(float)a, (float)b]).view(1, 2, 1, 1)).item<long>();
                    Assert.Equal(Cell(a) * 18 + Cell(b), index);
                },
                iter: 2000,
                seed: "0000KO5Gkz31",
                threads: 1
            );

    [Fact]
    public void A_colour_histogram_counts_every_pixel_in_the_bin_of_its_colour()
    {
        var rgb = FormulaNumbers.Pictures(batch: 3, side: 20);
        using var scope = NewDisposeScope();
        var index_BHW = Bins.IndexOf(LabColor.FromSrgb(tensor(rgb).view(3, 20, 20, 3)).narrow(1, 1, 2));

        var counts = BinHistogram.Count(rgb, 3, 20, Bins, CPU);

        Assert.Equal(index_BHW.view(-1).bincount(null, 324).data<long>().ToArray(), counts);
        Assert.Equal(3 * 20 * 20, counts.Sum());
        var histogram = new ColorHistogram();
        Parallel.For(0, 3, picture => histogram.Add(rgb.AsSpan(picture * 1200, 1200)));
        Assert.Equal(counts, histogram.Count(Bins, CPU));
        Assert.Throws<ArgumentException>(() => BinHistogram.Count(rgb.AsSpan(1), 3, 20, Bins, CPU));
    }

    /// <summary>
    /// Expected: CIELAB of sRGB red is (53.24, 80.09, 67.20), of grey (…, 0, 0): published values, so a: 15, b: 14, and 9, 9.
    /// </summary>
    [Fact]
    public void A_colour_histogram_finds_red_and_grey_where_they_belong()
    {
        byte[] rgb = [255, 0, 0, 128, 128, 128, 255, 0, 0, 255, 0, 0];
        var counts = BinHistogram.Count(rgb, 1, 2, Bins, CPU);
        Assert.Equal(3, counts[15 * 18 + 14]);
        Assert.Equal(1, counts[9 * 18 + 9] + counts[8 * 18 + 9] + counts[9 * 18 + 8] + counts[8 * 18 + 8]);
    }

    /// <summary>Two centres are equally near there, and either is right.</summary>
    private static bool IsBetweenCells(double x) => Math.Abs((x + 110) / (220.0 / 18) - Math.Round((x + 110) / (220.0 / 18))) < 1e-4;

    private static long Cell(double value) => (long)Math.Clamp(Math.Floor((float)((float)value + 110) * (float)(18 / 220.0)), 0, 17);
}
