using ActorColorize.Host.Nodes;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Cluster;

namespace ActorColorize.Host.Clustering;

/// <summary>The cluster's state as this member sees it.</summary>
internal static class ClusterView
{
    private const int MostNodes = 100; // in one message

    /// <summary>
    /// All members. The leader is the oldest coordinator; right after its predecessor has left, it may not yet be active.
    /// </summary>
    public static IReadOnlyList<NodeReport> Of(ActorSystem system)
    {
        var state = Cluster.Get(system).State;
        var oldest = state
            .Members.Where(member => member.HasRole(NodeHocon.CoordinatorRole) && member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .Aggregate(default(Member), (older, member) => older is null || member.IsOlderThan(older) ? member : older);
        return
        [
            .. state
                .Members.OrderBy(member => member.Address.Host, StringComparer.Ordinal)
                .ThenBy(member => member.Address.Port)
                .Take(MostNodes)
                .Select(member => new NodeReport(
                    $"{member.Address.Host}:{member.Address.Port}",
                    string.Join(", ", member.Roles),
                    member.Status.ToString().ToLowerInvariant(),
                    !state.Unreachable.Contains(member),
                    member.Equals(oldest)
                )),
        ];
    }
}
