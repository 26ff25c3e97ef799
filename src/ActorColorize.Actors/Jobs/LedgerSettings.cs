namespace ActorColorize.Actors.Jobs;

/// <summary>How work is leased.</summary>
public sealed record LedgerSettings
{
    /// <summary>Most pictures of a unit.</summary>
    public int ItemsPerUnit { get; init; } = 32;

    /// <summary>How long a lease holds unless it is renewed. Workers renew four times as often.</summary>
    public TimeSpan LeaseFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How much longer the coordinator waits, so that a lease always expires on the worker's clock first.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a picture with a transient failure is tried.</summary>
    public int MaximumAttempts { get; init; } = 3;

    /// <summary>How long such a picture waits before the second attempt; five times as long before the third, and so on.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Workers that may die on a picture that they hold alone before it is quarantined.</summary>
    public int DeathsUntilQuarantine { get; init; } = 3;

    /// <summary>
    /// Workers in a row that may die on a job without a picture settled in between; after that the job or the devices are at fault, not a
    /// picture.
    /// </summary>
    public int DeathsInARow { get; init; } = 10;

    /// <summary>
    /// Most units that may wait for a retry before no new unit is opened: pictures that fail everywhere must not accumulate.
    /// </summary>
    public int MostDelayedUnits { get; init; } = 256;
}
