using ActorColorize.Host.Nodes;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Cluster;
using ClusterSettings = ActorColorize.Host.Serving.ClusterSettings;

namespace ActorColorize.Host.Clustering;

/// <summary>The cluster's state as this member sees it.</summary>
internal static class ClusterView
{
    private const int MostNodes = 100; // in one message

    /// <summary>
    /// All members. The leader is the oldest coordinator; right after its predecessor has left, it may not yet be active.
    /// </summary>
    /// <param name="system">The member's actor system.</param>
    /// <param name="statuses">What members have said of themselves.</param>
    /// <param name="settings">The member's cluster settings, which name the coordinators that are expected.</param>
    public static GatewayAnswers.NodePage Of(ActorSystem system, MemberStatuses statuses, ClusterSettings settings)
    {
        var state = Cluster.Get(system).State;
        var oldest = state
            .Members.Where(member => member.HasRole(NodeHocon.CoordinatorRole) && member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .Aggregate(default(Member), (older, member) => older is null || member.IsOlderThan(older) ? member : older);
        var nodes = new List<NodeReport>(
            state
                .Members.OrderBy(member => member.Address.Host, StringComparer.Ordinal)
                .ThenBy(member => member.Address.Port)
                .Take(MostNodes)
                .Select(member => new NodeReport(
                    $"{member.Address.Host}:{member.Address.Port}",
                    string.Join(", ", member.Roles),
                    member.Status.ToString().ToLowerInvariant(),
                    !state.Unreachable.Contains(member),
                    member.Equals(oldest),
                    statuses.Of(member.Address)?.Program,
                    statuses.Of(member.Address)?.Certificate
                ))
        );
        var present = state
            .Members.Where(member => member.Status is MemberStatus.Up && !state.Unreachable.Contains(member))
            .Select(static member => $"{member.Address.Host}:{member.Address.Port}");
        var expected = settings.Coordinators();
        return new(nodes, new CoordinatorQuorum(expected, [.. expected.Intersect(present, StringComparer.Ordinal)], settings.Quorum()));
    }
}
