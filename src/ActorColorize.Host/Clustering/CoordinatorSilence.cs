namespace ActorColorize.Host.Clustering;

/// <summary>
/// Decides when a member of a cluster has waited too long for the job coordinator, and so is replaced: the last resort if the cluster's
/// singleton does not start, or if this member cannot find it. The member that should host it is replaced first, the devices last, so that
/// no more is restarted than is needed.
/// </summary>
/// <param name="clock">Tells the time.</param>
internal sealed class CoordinatorSilence(TimeProvider clock)
{
    /// <summary>How long the member waits that should host it. A new leader needs up to 90 s where it was fenced.</summary>
    public static readonly TimeSpan HostWaits = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan CoordinatorWaits = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan DeviceWaits = TimeSpan.FromSeconds(240);

    private long _lastAnswer = clock.GetTimestamp();

    /// <summary>The coordinator answered, be it that its database cannot be read.</summary>
    public void Answered() => _lastAnswer = clock.GetTimestamp();

    /// <summary>Whether the member should be replaced.</summary>
    /// <param name="isUp">Whether it is a full member; one that is not has other limits.</param>
    /// <param name="isCoordinator">Whether it can host the job coordinator.</param>
    /// <param name="isOldest">Whether it is the oldest that can.</param>
    public bool IsTooLong(bool isUp, bool isCoordinator, bool isOldest)
    {
        if (!isUp)
            Answered();
        var limit =
            isCoordinator && isOldest ? HostWaits
            : isCoordinator ? CoordinatorWaits
            : DeviceWaits;
        return clock.GetElapsedTime(_lastAnswer) > limit;
    }
}
