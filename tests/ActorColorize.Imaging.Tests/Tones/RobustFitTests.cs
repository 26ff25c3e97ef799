using ActorColorize.Imaging.Tones;
using CsCheck;

namespace ActorColorize.Imaging.Tests.Tones;

/// <summary>Percentiles against sorting; residuals of cells that follow their terms, and of some that do not.</summary>
public sealed class RobustFitTests
{
    [Fact]
    public void A_percentile_is_that_of_the_sorted_values() =>
        Gen.Select(Gen.Int[-9, 9].Select(static value => value / 2.0).Array[1, 60], Gen.Double[0, 100])
            .Sample(
                (values, percent) =>
                {
                    var sorted = values.Order().ToArray();
                    var expected = sorted[(int)Math.Round(percent / 100 * (values.Length - 1))];

                    Assert.Equal(expected, RobustFit.Percentile([.. values], percent));
                }
            );

    [Fact]
    public void What_the_terms_explain_leaves_no_residual_and_outliers_keep_theirs()
    {
        const int cells = 400,
            outlier = 10,
            distance = 20;
        double[,] penalty =
        {
            { 1e-9, 0 },
            { 0, 1e-9 },
        };
        var (terms, a, b) = (new double[cells * 2], new double[cells], new double[cells]);
        for (var cell = 0; cell < cells; cell++)
        {
            var x = cell / (double)cells;
            (terms[cell * 2], terms[(cell * 2) + 1]) = (1, cell % 3 == 0 ? 0 : x);
            a[cell] = 2 + (5 * terms[(cell * 2) + 1]) + (cell % outlier == 0 ? distance : 0);
            b[cell] = -1 + (3 * terms[(cell * 2) + 1]);
        }

        var residuals = RobustFit.Residuals(terms, 2, a, b, [.. Enumerable.Repeat(1.0, cells)], penalty, noise: 0.1, rounds: 12);

        Assert.All(Enumerable.Range(0, cells), cell => Assert.Equal(cell % outlier == 0 ? distance : 0, residuals[cell], tolerance: 0.001));
    }
}
