using ActorColorize.Actors.Metrics;
using CsCheck;

namespace ActorColorize.Actors.Tests.Metrics;

public sealed class WindowedStatisticsTests
{
    [Fact]
    public void A_window_has_mean_maximum_and_count_and_the_next_begins_empty()
    {
        var window = new WindowedStatistics();
        foreach (var value in (double[])[-3, 1, -1])
            window.Add(value);

        Assert.Equal(new WindowSummary(3, -1, 1, 0), window.Peek());
        Assert.Equal(new WindowSummary(3, -1, 1, 0), window.Take());
        window.Add(-7);
        Assert.Equal(new WindowSummary(1, -7, -7, 0), window.Take());
    }

    [Fact]
    public void An_empty_window_has_no_mean()
    {
        Assert.Equal(new WindowSummary(0, double.NaN, double.NaN, 0), new WindowedStatistics().Take());
    }

    [Fact]
    public void Values_that_are_not_finite_are_only_counted()
    {
        var window = new WindowedStatistics();
        foreach (var value in (double[])[double.NaN, 2, double.PositiveInfinity, 4, double.NegativeInfinity])
            window.Add(value);

        Assert.Equal(new WindowSummary(2, 3, 4, 3), window.Take());
        Assert.Equal(0, window.Take().NonFinite);
    }

    [Fact]
    public void Small_values_beside_large_ones_are_not_lost()
    {
        // Exact sum: 2; plain summation gives 0 (Neumaier, 1974).
        var window = new WindowedStatistics();
        foreach (var value in (double[])[1, 1e100, 1, -1e100])
            window.Add(value);

        Assert.Equal(0.5, window.Take().Mean);
    }

    [Fact]
    public void The_mean_is_that_of_decimal_arithmetic_seed_fixed()
    {
        Gen.Int[-1_000_000, 1_000_000]
            .Array[1, 200]
            .Sample(
                values =>
                {
                    var window = new WindowedStatistics();
                    foreach (var value in values)
                        window.Add(value / 1024.0);
                    var summary = window.Take();
                    Assert.Equal((double)(values.Sum(value => (decimal)value) / 1024m / values.Length), summary.Mean, 1e-9);
                    Assert.Equal(values.Max() / 1024.0, summary.Maximum);
                },
                seed: "0000KPGHPSl4"
            );
    }
}
