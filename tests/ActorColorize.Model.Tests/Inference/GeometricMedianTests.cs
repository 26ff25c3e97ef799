using ActorColorize.Model.Color;
using ActorColorize.Model.Inference;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Inference;

/// <summary>The geometric median against a search over a grid in double precision, by plain loops.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class GeometricMedianTests
{
    private const int Bins = 313;
    private const int Pixels = 12;
    private const double Spread = 10 * 0.408248290; // standard deviation of a uniform 10x10 square from its centre: 10 sqrt(2/12)

    [Fact]
    public void Its_expected_distance_is_the_least()
    {
        using var scope = NewDisposeScope();
        var centers = ColorBins.InGamut313.Centers;
        var random = new Random(5);
        var weights = new float[Bins * Pixels];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)Math.Exp(6 * random.NextDouble() * random.NextDouble() - 3) * (i % Pixels + 1);
        for (var pixel = 0; pixel < 4; pixel++) // two far peaks, of which the heavier one wins as a median and not as a mean
            (weights[40 * Pixels + pixel], weights[250 * Pixels + pixel]) = (2000, 1000 * pixel);

        var median = ColorDecoding
            .GeometricMedian(tensor(weights, [1, Bins, 3, 4]), ColorBins.InGamut313.CentersOn(CPU).t())
            .data<float>()
            .ToArray();

        for (var pixel = 0; pixel < Pixels; pixel++)
        {
            var found = Distance(pixel, median[pixel], median[Pixels + pixel]);
            var (a, b, step) = (0.0, 0.0, 64.0);
            for (; step > 0.01; step /= 2)
            {
                var (middleA, middleB) = (a, b);
                var least = double.MaxValue;
                for (var row = -3; row <= 3; row++)
                for (var column = -3; column <= 3; column++)
                {
                    var distance = Distance(pixel, middleA + row * step, middleB + column * step);
                    if (distance < least)
                        (least, a, b) = (distance, middleA + row * step, middleB + column * step);
                }
            }

            var best = Distance(pixel, a, b);
            Assert.InRange(found, best * (1 - 1e-6), best * 1.003); // a fixed number of iterations comes close
        }

        double Distance(int pixel, double a, double b) =>
            Enumerable
                .Range(0, Bins)
                .Sum(q =>
                    weights[q * Pixels + pixel]
                    * Math.Sqrt(Math.Pow(a - centers[q, 0], 2) + Math.Pow(b - centers[q, 1], 2) + Spread * Spread)
                );
    }

    [Fact]
    public void Rare_colours_weigh_more_from_one_to_the_inverse_of_their_share()
    {
        var statistics = new ColorStatistics("test", [0.5, 0.25, 0.25, 0], [1, 1, 1, 1]);

        Assert.Equal([1, 1, 1, 1], statistics.MedianWeights(1));
        Assert.Equal([0.5f, 1, 1, 250_000], statistics.MedianWeights(0)); // 1/(Q p), a share below a millionth counts as one
        Assert.Equal([0.75f, 1, 1, 125_000.5f], statistics.MedianWeights(0.5));
        Assert.Throws<ArgumentException>(() => statistics.MedianWeights(1.5));
    }
}
