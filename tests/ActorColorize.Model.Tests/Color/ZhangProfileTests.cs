using System.Text.Json;
using ActorColorize.Model.Color;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Training;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Color;

/// <summary>Expected numbers: NumPy and SciPy, by scripts/make_color_fixtures.py.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class ZhangProfileTests : IDisposable
{
    private const float Tolerance = 1e-5f;

    private readonly JsonDocument _fixture = JsonDocument.Parse(File.ReadAllBytes("Fixtures/zhang.json"));

    private JsonElement Fixture => _fixture.RootElement;

    private ColorPrior Prior => new([.. Fixture.GetProperty("counts").EnumerateArray().Select(static count => count.GetInt64())], "drawn");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_bins_are_the_published_313_points_in_their_order()
    {
        var points = Rows(Fixture.GetProperty("points"));
        Assert.Equal(313, ColorBins.InGamut313.Count);
        for (var bin = 0; bin < points.Length; bin++)
            Assert.Equal((points[bin][0], points[bin][1]), (ColorBins.InGamut313.Centers[bin, 0], ColorBins.InGamut313.Centers[bin, 1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    public void A_colour_is_soft_encoded_to_its_nearest_bins_as_in_SciPy(int neighbours)
    {
        var expected = Fixture.GetProperty("encodings").GetProperty(neighbours.ToString());
        var bins = Rows(expected.GetProperty("bins"));
        var shares = Rows(expected.GetProperty("shares"));
        using var scope = NewDisposeScope();

        var (bin_BKHW, share_BKHW) = ColorBins.InGamut313.Encode(Sample(), neighbours);

        var bin = bin_BKHW.view(neighbours, -1).t().contiguous().data<long>().ToArray();
        var share = share_BKHW.view(neighbours, -1).t().contiguous().data<float>().ToArray();
        for (var i = 0; i < bins.Length; i++)
        {
            // By bin: two that are equally near may change places.
            var actual = Enumerable.Range(0, neighbours).ToDictionary(k => (double)bin[i * neighbours + k], k => share[i * neighbours + k]);
            for (var k = 0; k < neighbours; k++)
            {
                if (k == neighbours - 1 && !actual.ContainsKey(bins[i][k]))
                    continue; // the last one may be either of two that are equally near; its share is checked by the sum
                Assert.Equal(shares[i][k], actual[bins[i][k]], Tolerance);
            }

            Assert.Equal(1, actual.Values.Sum(), Tolerance);
        }
    }

    [Fact]
    public void Soft_targets_of_every_colour_use_the_same_bins_as_an_exhaustive_search()
    {
        using var scope = NewDisposeScope();
        var codes = arange(0, 256, 17, dtype: ScalarType.Byte);
        var grid = meshgrid([codes, codes, codes], indexing: "ij");
        var rgb_BHWC = stack(grid, -1).view(1, 16, 256, 3);
        var ab_B2HW = LabColor.FromSrgb(rgb_BHWC).narrow(1, 1, 2).contiguous();
        var points_Q2 = ColorBins.InGamut313.CentersOn(CPU);
        var distance_NQ = (ab_B2HW.view(2, -1).t().unsqueeze(1) - points_Q2).Squared().sum(-1);
        var all_N5 = distance_NQ.topk(5, 1, largest: false).Item1;

        var (bin_BKHW, _) = ColorBins.InGamut313.Encode(ab_B2HW, 5);

        var found_N5 = distance_NQ.gather(1, bin_BKHW.view(5, -1).t());
        Assert.True((found_N5 - all_N5).abs().max().item<float>() < 1e-3);
    }

    [Fact]
    public void The_prior_is_smoothed_as_in_NumPy()
    {
        var expected = Numbers(Fixture.GetProperty("smoothed"));
        var actual = SmoothedPrior.Of(Prior, ColorBins.InGamut313);
        for (var bin = 0; bin < expected.Length; bin++)
            Assert.Equal(expected[bin], actual[bin], 1e-12);
    }

    [Theory]
    [InlineData("0.0")]
    [InlineData("0.5")]
    [InlineData("0.97")]
    public void Weights_are_rebalanced_as_in_NumPy(string lambda)
    {
        var expected = Numbers(Fixture.GetProperty("weights").GetProperty(lambda));
        var actual = ClassWeights.Rebalanced(Prior, ColorBins.InGamut313, double.Parse(lambda));
        for (var bin = 0; bin < expected.Length; bin++)
            Assert.Equal(1, actual[bin] / expected[bin], Tolerance);
    }

    /// <summary>Colours reach 110, where a float has steps of 8·10⁻⁶: beyond 1 the tolerance is relative.</summary>
    [Theory]
    [InlineData("0.38")]
    [InlineData("1.0")]
    public void The_annealed_mean_agrees_with_SciPy(string temperature)
    {
        var expected = Rows(Fixture.GetProperty("annealedMean").GetProperty(temperature));
        using var scope = NewDisposeScope();

        var ab_B2hw = ColorDecoding.AnnealedMean(Logits(), ColorBins.InGamut313.CentersOn(CPU).t(), double.Parse(temperature));

        var actual = ab_B2hw.view(2, -1).data<float>().ToArray();
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i / 6][i % 6], actual[i], Tolerance * Math.Max(1, Math.Abs(expected[i / 6][i % 6])));
    }

    [Theory]
    [InlineData("0.0")]
    [InlineData("0.97")]
    public void An_output_trained_with_lambda_one_half_is_converted_to_another_lambda_as_in_NumPy(string lambda)
    {
        var expected = Rows(Fixture.GetProperty("shifted").GetProperty(lambda));
        var statistics = new ColorStatistics(
            "gamut313",
            SmoothedPrior.Of(Prior, ColorBins.InGamut313),
            ClassWeights.Rebalanced(Prior, ColorBins.InGamut313, 0.5)
        );
        using var scope = NewDisposeScope();

        var answer_Q6 = (
            Logits().view(313, 6) + tensor(ColorStatistics.Parse(statistics.ToJson(), 313).Correction(double.Parse(lambda))).view(-1, 1)
        ).softmax(0);

        var actual = answer_Q6.contiguous().data<float>().ToArray();
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i / 6][i % 6], actual[i], Tolerance);
    }

    [Fact]
    public void Statistics_of_another_network_are_refused()
    {
        var json = new ColorStatistics("grid18", [0.5, 0.5], [1, 1]).ToJson();
        Assert.Throws<JsonException>(() => ColorStatistics.Parse(json, 313));
        Assert.Throws<JsonException>(() => ColorStatistics.Parse("""{"bins":"grid18","smoothed_prior":[0.5,2],"weights":[1,1]}""", 2));
        Assert.Throws<JsonException>(() => ColorStatistics.Parse("""{"bins":"grid18","smoothed_prior":[0,0],"weights":[1,1]}""", 2));
    }

    [Fact]
    public void A_picture_without_chroma_has_weight_zero_in_the_rebalanced_profile()
    {
        using var scope = NewDisposeScope();
        using var objective = new ColorObjective(ColorConfiguration.Zhang, Prior, CPU);
        var ab_B2hw = zeros(2, 2, 4, 4);
        ab_B2hw[1, 0, 2, 3] = tensor(6f);

        var weights = objective.Targets(ab_B2hw).Weight_Bhw.sum([1, 2]).data<float>().ToArray();

        Assert.Equal(0, weights[0]);
        Assert.True(weights[1] > 0);
    }

    private Tensor Sample() =>
        tensor(Rows(Fixture.GetProperty("sample")).SelectMany(static row => row).Select(static x => (float)x).ToArray())
            .view(-1, 2)
            .t()
            .contiguous()
            .view(1, 2, 1, -1);

    private Tensor Logits() =>
        tensor(Rows(Fixture.GetProperty("logits")).SelectMany(static row => row).Select(static x => (float)x).ToArray()).view(1, 313, 1, 6);

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(static number => number.GetDouble())];

    private static double[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Numbers)];
}
