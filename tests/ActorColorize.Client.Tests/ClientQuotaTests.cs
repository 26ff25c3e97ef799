using ActorColorize.Gateway;

namespace ActorColorize.Client.Tests;

public sealed class ClientQuotaTests
{
    private readonly StoppedClock _clock = new();

    [Fact]
    public void Allows_a_burst_and_then_the_steady_rate()
    {
        var quota = new ClientQuota(new ClientLimits(PerSecond: 10, Burst: 3, InFlight: 100), _clock);

        var burst = Enumerable.Range(0, 4).Select(_ => quota.Take().Excess).ToArray();
        var wait = quota.Take().AskAgainAfter;
        _clock.Advance(wait);
        var afterwards = new[] { quota.Take().Excess, quota.Take().Excess };

        Assert.Equal([QuotaExcess.None, QuotaExcess.None, QuotaExcess.None, QuotaExcess.TooFast], burst);
        Assert.Equal(TimeSpan.FromMilliseconds(100), wait);
        Assert.Equal([QuotaExcess.None, QuotaExcess.TooFast], afterwards);
    }

    [Fact]
    public void A_long_quiet_time_saves_up_no_more_than_a_burst()
    {
        var quota = new ClientQuota(new ClientLimits(PerSecond: 10, Burst: 3, InFlight: 100), _clock);
        _clock.Advance(TimeSpan.FromHours(1));

        var taken = Enumerable.Range(0, 10).Count(_ => quota.Take().Excess == QuotaExcess.None);

        Assert.Equal(3, taken);
    }

    [Fact]
    public void A_request_counts_until_it_is_answered()
    {
        var quota = new ClientQuota(new ClientLimits(InFlight: 2), _clock);

        var first = new[] { quota.Take().Excess, quota.Take().Excess, quota.Take().Excess };
        quota.Answered();
        var next = quota.Take().Excess;

        Assert.Equal([QuotaExcess.None, QuotaExcess.None, QuotaExcess.TooManyAtOnce], first);
        Assert.Equal(QuotaExcess.None, next);
        Assert.Equal(2, quota.InFlight);
    }
}
