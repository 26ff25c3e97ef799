using ActorColorize.Actors.Jobs;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>Expected rates are amounts divided by seconds, by hand.</summary>
public sealed class RecentRateTests
{
    private readonly RecentRate _rate = new(TimeSpan.FromSeconds(20));

    [Fact]
    public void It_is_the_amount_over_the_window_and_over_less_at_the_beginning()
    {
        for (var second = 1; second <= 5; second++)
            _rate.Add(TimeSpan.FromSeconds(second), 3);

        Assert.Equal(3, _rate.PerSecond(TimeSpan.FromSeconds(5)), 6);
        Assert.Equal(0.75, _rate.PerSecond(TimeSpan.FromSeconds(20)), 6);
        Assert.Equal(0, _rate.PerSecond(TimeSpan.FromSeconds(60)), 6);
    }

    [Fact]
    public void What_lies_before_a_gap_is_forgotten()
    {
        _rate.Add(TimeSpan.FromSeconds(1), 100);
        _rate.Add(TimeSpan.FromSeconds(50), 0); // a commit without pictures during a pause
        for (var second = 100; second <= 105; second++)
            _rate.Add(TimeSpan.FromSeconds(second), 4);

        Assert.Equal(4, _rate.PerSecond(TimeSpan.FromSeconds(105)), 6);
    }

    [Fact]
    public void Nothing_is_left_of_a_rate_by_rounding()
    {
        foreach (var amount in (double[])[0.1, 0.7, 0.2])
            _rate.Add(TimeSpan.FromSeconds(1), amount);

        Assert.Equal("0", _rate.PerSecond(TimeSpan.FromSeconds(100)).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_slow_job_has_a_rate_although_each_picture_comes_after_a_gap()
    {
        for (var i = 0; i < 10; i++)
            _rate.Add(TimeSpan.FromSeconds(15 * i + 15), 1);

        Assert.InRange(_rate.PerSecond(TimeSpan.FromSeconds(150)), 0.05, 0.1); // 1/15
        for (var i = 0; i < 4; i++)
            _rate.Add(TimeSpan.FromSeconds(200 + 30 * i), 1);
        Assert.InRange(_rate.PerSecond(TimeSpan.FromSeconds(290)), 0.03, 0.06); // 1/30
    }
}
