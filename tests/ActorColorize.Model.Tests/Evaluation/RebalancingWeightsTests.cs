using ActorColorize.Model.Color;
using ActorColorize.Model.Evaluation;

namespace ActorColorize.Model.Tests.Evaluation;

public class RebalancingWeightsTests
{
    [Fact]
    public void Agree_with_numpy()
    {
        var expected = EvaluationFixture.Figures("weights");
        var weights = RebalancingWeights.InverseSmoothedPrior(EvaluationFixture.Prior, ColorBins.Grid18);
        for (var bin = 0; bin < expected.Length; bin++)
            Assert.Equal(1, weights[bin] / expected[bin], 1e-5);
    }

    [Fact]
    public void Smoothing_keeps_the_shares_adding_up_to_one()
    {
        var prior = EvaluationFixture.Prior;
        var weights = RebalancingWeights.InverseSmoothedPrior(prior, ColorBins.Grid18);
        // Bins at the floor were raised to one pixel each.
        var raised = weights.Count(weight => weight > 0.999 * prior.TotalPixels) / (double)prior.TotalPixels;
        Assert.InRange(weights.Sum(static weight => 1.0 / weight), 1 - 1e-6, 1 + raised + 1e-6);
    }

    [Fact]
    public void A_bin_far_from_every_counted_colour_is_treated_as_counted_once()
    {
        var counts = new long[ColorBins.Grid18.Count];
        counts[9 * 18 + 9] = 5000;
        var weights = RebalancingWeights.InverseSmoothedPrior(new ColorPrior(counts, ""), ColorBins.Grid18);
        Assert.Equal(5000f, weights[0]);
        Assert.True(weights[9 * 18 + 9] < 2);
    }

    [Fact]
    public void An_empty_prior_or_one_over_other_bins_is_refused()
    {
        Assert.Throws<ArgumentException>(() =>
            RebalancingWeights.InverseSmoothedPrior(new ColorPrior(new long[ColorBins.Grid18.Count], ""), ColorBins.Grid18)
        );
        Assert.Throws<ArgumentException>(() => RebalancingWeights.InverseSmoothedPrior(new ColorPrior([1, 2, 3], ""), ColorBins.Grid18));
    }
}
