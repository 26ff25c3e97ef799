namespace ActorColorize.Actors.Jobs;

/// <summary>The coordinator's time.</summary>
internal sealed class JobClock(TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();

    /// <summary>The time of day, for what is recorded.</summary>
    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Time since this coordinator started, on a monotonic clock; for leases and delays.</summary>
    internal TimeSpan Elapsed => clock.GetElapsedTime(_started);
}
