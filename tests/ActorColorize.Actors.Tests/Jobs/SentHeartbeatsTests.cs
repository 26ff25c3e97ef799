using ActorColorize.Actors.Jobs;

namespace ActorColorize.Actors.Tests.Jobs;

public sealed class SentHeartbeatsTests
{
    private readonly SentHeartbeats _heartbeats = new();

    [Fact]
    public void An_answer_belongs_to_the_heartbeat_whose_number_it_has()
    {
        var (first, second) = (_heartbeats.Send(100), _heartbeats.Send(200));

        Assert.Equal(100, _heartbeats.Answered(first));
        Assert.Equal(200, _heartbeats.Answered(second));
    }

    [Fact]
    public void An_answer_that_comes_after_that_to_a_later_heartbeat_renews_nothing()
    {
        var (first, second) = (_heartbeats.Send(100), _heartbeats.Send(200));
        Assert.Equal(200, _heartbeats.Answered(second));

        Assert.Null(_heartbeats.Answered(first));
        Assert.Null(_heartbeats.Answered(second));
        Assert.Null(_heartbeats.Answered(second + 1)); // nobody has sent it
    }

    [Fact]
    public void An_answer_without_a_number_counts_for_the_newest_heartbeat()
    {
        Assert.Null(_heartbeats.Answered(null));
        _heartbeats.Send(100);
        _heartbeats.Send(200);

        Assert.Equal(200, _heartbeats.Answered(null));
    }

    [Fact]
    public void Unanswered_heartbeats_do_not_accumulate()
    {
        var first = _heartbeats.Send(0);
        for (var i = 1; i <= 100; i++)
            _heartbeats.Send(i);

        Assert.Null(_heartbeats.Answered(first));
    }
}
