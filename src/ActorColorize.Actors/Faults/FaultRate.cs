namespace ActorColorize.Actors.Faults;

/// <summary>
/// How often faults come, as a leaking bucket: each one adds 1, and as many leak away evenly in an hour as an hour may have. So a burst is
/// measured against the hour's whole allowance, a steady rate against the allowance per hour, and nothing but two numbers has to be
/// remembered.
/// </summary>
/// <param name="Level">What is in the bucket.</param>
/// <param name="AtMilliseconds">Unix time of the last fault.</param>
public readonly record struct FaultRate(double Level, long AtMilliseconds)
{
    private const double MillisecondsPerHour = 3_600_000;

    /// <summary>One more fault.</summary>
    /// <param name="nowMilliseconds">Unix time.</param>
    /// <param name="allowedPerHour">How many an hour may have.</param>
    public FaultRate Add(long nowMilliseconds, int allowedPerHour)
    {
        var leaked = Math.Max(0, nowMilliseconds - AtMilliseconds) / MillisecondsPerHour * allowedPerHour;
        return new FaultRate(Math.Max(0, Level - leaked) + 1, Math.Max(nowMilliseconds, AtMilliseconds));
    }

    /// <summary>Whether there were more than an hour may have.</summary>
    public bool Exceeds(int allowedPerHour) => Level > allowedPerHour;
}
