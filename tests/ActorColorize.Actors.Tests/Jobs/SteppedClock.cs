namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>A thread-safe clock that is advanced by the test.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _ticks = Samples.At.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
