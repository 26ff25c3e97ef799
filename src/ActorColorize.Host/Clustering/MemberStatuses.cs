using System.Collections.Concurrent;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Host.Clustering;

/// <summary>
/// What members of the cluster have said of themselves: written by <see cref="ClusterWatch"/>, read by <see cref="ClusterView"/> on other
/// threads.
/// </summary>
/// <param name="own">This process's own status; its clients are not counted.</param>
internal sealed class MemberStatuses(GatewayAnswers.DaemonStatus own)
{
    private readonly ConcurrentDictionary<Address, GatewayAnswers.DaemonStatus> _told = new();

    /// <summary>What this process answers.</summary>
    public GatewayAnswers.DaemonStatus Own => own;

    /// <summary>A member's newest answer; null before the first.</summary>
    public GatewayAnswers.DaemonStatus? Of(Address member) => _told.GetValueOrDefault(member);

    /// <summary>A member has answered.</summary>
    public void Told(Address member, GatewayAnswers.DaemonStatus status) => _told[member] = status;

    /// <summary>A member has left.</summary>
    public void Forget(Address member) => _told.TryRemove(member, out _);
}
