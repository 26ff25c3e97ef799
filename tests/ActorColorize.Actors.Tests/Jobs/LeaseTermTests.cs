using ActorColorize.Actors.Jobs;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class LeaseTermTests
{
    [Fact]
    public void It_holds_until_it_expires_unless_it_is_renewed_and_ends_for_good_when_it_is_lost()
    {
        var clock = new SteppedClock();
        var term = new LeaseTerm(clock, clock.GetTimestamp(), TimeSpan.FromSeconds(60));

        clock.Advance(TimeSpan.FromSeconds(59));
        term.EnsureHolds();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Throws<LeaseExpiredException>(term.EnsureHolds);
        term.Renew(clock.GetTimestamp(), TimeSpan.FromSeconds(60));
        term.EnsureHolds();
        term.Lose();
        term.Renew(clock.GetTimestamp(), TimeSpan.FromSeconds(60));

        Assert.False(term.Holds);
    }
}
