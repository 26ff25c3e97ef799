namespace ActorColorize.Actors.Jobs;

/// <summary>How work is leased.</summary>
public sealed record LedgerSettings
{
    /// <summary>Most pictures of a unit.</summary>
    public int ItemsPerUnit { get; init; } = 32;

    /// <summary>How long a lease holds unless it is renewed. Workers renew four times as often.</summary>
    public TimeSpan LeaseFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How much longer the coordinator waits, so that a worker's clock always runs out first.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a picture is tried whose failure may be passing.</summary>
    public int MaximumAttempts { get; init; } = 3;

    /// <summary>How long such a picture waits before the second attempt; five times as long before the third, and so on.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Workers that may die while they have a picture alone; then it is quarantined.</summary>
    public int DeathsUntilQuarantine { get; init; } = 3;

    /// <summary>
    /// Workers that may die of a job one after another without a picture settled in between; then it is not a picture that is to blame, but
    /// the job or the devices.
    /// </summary>
    public int DeathsInARow { get; init; } = 10;

    /// <summary>Most units that may wait for another attempt before nothing new is begun: what fails everywhere must not pile up.</summary>
    public int MostDelayedUnits { get; init; } = 256;
}
