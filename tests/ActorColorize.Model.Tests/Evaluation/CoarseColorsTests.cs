using ActorColorize.Model.Evaluation;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Evaluation;

public sealed class CoarseColorsTests
{
    /// <summary>Cells counted by hand: a first, 10 units each from -110, the outermost ones with what lies beyond.</summary>
    [Theory]
    [InlineData(0, 0, (11 * 22) + 11)]
    [InlineData(-0.01f, 9.99f, (10 * 22) + 11)]
    [InlineData(-110, -110, 0)]
    [InlineData(80.1f, -107.9f, 19 * 22)]
    [InlineData(500, 109.9f, (21 * 22) + 21)]
    public void A_colour_is_counted_in_its_cell(float a, float b, int cell)
    {
        using var ab_B2hw = tensor([a, b], [1, 2, 1, 1]);
        var histogram = new AbHistogram();
        histogram.Add(ab_B2hw);

        var shares = CoarseColors.SharesOf(CoarseColors.ToText(histogram))!;

        Assert.Equal((484, 1.0, 1), (shares.Count, shares[cell], shares.Count(share => share > 0)));
    }

    [Fact]
    public void Shares_are_kept_to_2_3_percent_and_a_sum_of_histograms_is_that_of_all_colours()
    {
        var histogram = new AbHistogram();
        foreach (var (a, pixels) in (ReadOnlySpan<(float, int)>)[(5, 1), (15, 400), (25, 99_599)])
        {
            var part = new AbHistogram();
            using var ab_B2hw = cat([full([1, 1, pixels, 1], a), zeros([1, 1, pixels, 1])], 1);
            part.Add(ab_B2hw);
            histogram.Add(part);
        }

        var text = CoarseColors.ToText(histogram);
        var shares = CoarseColors.SharesOf(text)!;

        Assert.Equal((100_000L, 648), (histogram.Total, text.Length));
        Assert.InRange(shares[(11 * 22) + 11], 1e-5 / 1.06, 1e-5 * 1.06); // the least that is kept: 10^(-254 / 51)
        Assert.InRange(shares[(12 * 22) + 11], 0.004 / 1.0231, 0.004 * 1.0231); // half a step: 10^(1 / 102)
        Assert.InRange(shares[(13 * 22) + 11], 0.99599 / 1.0231, 0.99599 * 1.0231);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("AAAA")]
    [InlineData("no base64")]
    public void What_is_no_histogram_has_no_shares(string? text) => Assert.Null(CoarseColors.SharesOf(text));
}
