namespace ActorColorize.Actors.Tests.Metrics;

/// <summary>A clock that is advanced by the test.</summary>
internal sealed class ManualClock : TimeProvider
{
    private DateTimeOffset now = DateTimeOffset.UnixEpoch.AddSeconds(1700000000.25);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public void Advance(double seconds) => now = now.AddSeconds(seconds);
}
