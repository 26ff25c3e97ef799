using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;

namespace ActorColorize.Host.Tests.Commands;

public sealed class StopSignalsTests
{
    [Fact]
    public void The_first_signal_asks_for_an_orderly_stop_and_the_second_leaves_at_once()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);
        var left = new List<int>();
        using var signals = new StopSignals(screen.Screen, left.Add);
        Assert.False(signals.IsStopping);

        signals.Receive("Ctrl-C");
        Assert.True(signals.Token.IsCancellationRequested);
        Assert.Empty(left);
        Assert.Equal("Ctrl-C: stopping in good order; once more leaves at once", Assert.Single(screen.Error));

        signals.Receive("SIGTERM");
        Assert.Equal([130], left);
    }
}
