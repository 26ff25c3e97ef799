using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;

namespace ActorColorize.Host.Tests.Commands;

public sealed class StopSignalsTests
{
    [Fact]
    public void The_first_signal_requests_a_graceful_stop_and_the_second_exits_immediately()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);
        var left = new List<int>();
        using var signals = new StopSignals(screen.Screen, left.Add);
        Assert.False(signals.IsStopping);

        signals.Receive("Ctrl-C");
        Assert.True(signals.Token.IsCancellationRequested);
        Assert.Empty(left);
        Assert.Equal("Ctrl-C: stopping gracefully; press again to exit immediately", Assert.Single(screen.Error));

        signals.Receive("SIGTERM");
        Assert.Equal([130], left);
    }

    [Fact]
    public void A_command_that_only_watches_says_what_goes_on()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using var signals = new StopSignals(screen.Screen, _ => { }) { OnlyWatches = "the job goes on" };

        signals.Receive("Ctrl-C");

        Assert.True(signals.IsStopping);
        Assert.Equal("the job goes on", Assert.Single(screen.Error));
    }
}
