using ActorColorize.Host.Clustering;

namespace ActorColorize.Host.Tests.Clustering;

public class CoordinatorSilenceTests
{
    private readonly HandTurnedClock _clock = new(DateTimeOffset.UnixEpoch);
    private readonly CoordinatorSilence _silence;

    public CoordinatorSilenceTests() => _silence = new CoordinatorSilence(_clock);

    [Theory]
    [InlineData(true, true, 120)]
    [InlineData(true, false, 180)]
    [InlineData(false, false, 240)]
    public void The_host_is_replaced_first_and_a_device_last(bool isCoordinator, bool isOldest, int seconds)
    {
        _clock.Turn(TimeSpan.FromSeconds(seconds));
        Assert.False(_silence.IsTooLong(isUp: true, isCoordinator, isOldest));
        _clock.Turn(TimeSpan.FromSeconds(1));
        Assert.True(_silence.IsTooLong(isUp: true, isCoordinator, isOldest));
    }

    [Fact]
    public void An_answer_ends_the_silence()
    {
        _clock.Turn(CoordinatorSilence.HostWaits);
        _silence.Answered();
        _clock.Turn(CoordinatorSilence.HostWaits);
        Assert.False(_silence.IsTooLong(isUp: true, isCoordinator: true, isOldest: true));
    }

    [Fact]
    public void The_time_before_a_member_is_up_does_not_count()
    {
        _clock.Turn(TimeSpan.FromHours(1));
        Assert.False(_silence.IsTooLong(isUp: false, isCoordinator: true, isOldest: true));
        _clock.Turn(CoordinatorSilence.HostWaits);
        Assert.False(_silence.IsTooLong(isUp: true, isCoordinator: true, isOldest: true));
    }
}
