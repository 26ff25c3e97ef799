using ActorColorize.Model.Color;
using CsCheck;

namespace ActorColorize.Model.Tests.Color;

public sealed class ClassWeightsTests
{
    [Fact]
    public void A_weight_is_minus_the_logarithm_of_the_share_and_an_empty_bin_counts_as_seen_once()
    {
        var weights = ClassWeights.NegativeLog(new ColorPrior([50, 25, 25, 0], "hash"));
        Assert.Equal([(float)Math.Log(2), (float)Math.Log(4), (float)Math.Log(4), (float)Math.Log(100)], weights);
    }

    [Fact]
    public void A_prior_without_pixels_is_refused() =>
        Assert.Throws<ArgumentException>(() => ClassWeights.NegativeLog(new ColorPrior([0, 0], "hash")));

    [Fact]
    public void Entropy_of_four_equal_bins_is_the_logarithm_of_four()
    {
        var prior = new ColorPrior([10, 10, 10, 10, 0], "hash");
        Assert.Equal(Math.Log(4), prior.EntropyNats, 1e-12);
        Assert.Equal(4, prior.OccurringBins);
        Assert.Equal(40, prior.TotalPixels);
        Assert.Equal(0.25, prior.Shares[3]);
    }

    [Fact]
    public void A_saved_prior_is_loaded_for_the_same_data_only()
    {
        var folder = Directory.CreateTempSubdirectory("prior");
        try
        {
            var path = Path.Combine(folder.FullName, "prior.json");
            Assert.Null(ColorPrior.TryLoad(path, "data"));
            new ColorPrior([1, 2, 3], "data").Save(path);
            Assert.Equal([1L, 2L, 3L], ColorPrior.TryLoad(path, "data")!.Counts);
            Assert.Null(ColorPrior.TryLoad(path, "other data"));
            File.WriteAllText(path, """{"Counts":[1,2""");
            Assert.Null(ColorPrior.TryLoad(path, "data"));
            Assert.Equal([path], Directory.GetFiles(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>With equal weights the baseline is the entropy of the targets.</summary>
    [Fact]
    public void The_trivial_baseline_of_even_weights_is_the_entropy() =>
        Assert.Equal(0.5 * Math.Log(2) + 0.5 * Math.Log(4), TrivialBaseline.Loss([2, 1, 1, 0], [1, 1, 1, 1]), 1e-12);

    [Fact]
    public void No_other_constant_distribution_is_better_than_the_trivial_baseline() =>
        Gen.Select(Gen.Long[0, 1000].Array[6], Gen.Float[0, 10].Array[6], Gen.Double[0.001, 1].Array[6])
            .Sample(
                static (counts, weights, guess) =>
                {
                    if (counts.Sum() == 0)
                        return;
                    var total = guess.Sum();
                    var loss =
                        -counts.Select((count, bin) => count * (double)weights[bin] * Math.Log(guess[bin] / total)).Sum() / counts.Sum();
                    Assert.True(TrivialBaseline.Loss(counts, weights) <= loss + 1e-9);
                },
                iter: 2000,
                seed: "0000KO5Gkz31"
            );
}
