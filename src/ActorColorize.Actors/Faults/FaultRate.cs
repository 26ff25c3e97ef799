namespace ActorColorize.Actors.Faults;

/// <summary>
/// The rate of faults as a leaky bucket: each fault adds 1, and the allowance per hour leaks evenly over an hour. So a burst is measured
/// against the whole allowance of an hour, a steady rate against the allowance per hour, and only two numbers are stored.
/// </summary>
/// <param name="Level">Level of the bucket.</param>
/// <param name="AtMilliseconds">Unix time of the last fault.</param>
public readonly record struct FaultRate(double Level, long AtMilliseconds)
{
    private const double MillisecondsPerHour = 3_600_000;

    /// <summary>Adds a fault.</summary>
    /// <param name="nowMilliseconds">Unix time.</param>
    /// <param name="allowedPerHour">Allowance per hour.</param>
    public FaultRate Add(long nowMilliseconds, int allowedPerHour)
    {
        var leaked = Math.Max(0, nowMilliseconds - AtMilliseconds) / MillisecondsPerHour * allowedPerHour;
        return new FaultRate(Math.Max(0, Level - leaked) + 1, Math.Max(nowMilliseconds, AtMilliseconds));
    }

    /// <summary>Whether the allowance is exceeded.</summary>
    public bool Exceeds(int allowedPerHour) => Level > allowedPerHour;
}
