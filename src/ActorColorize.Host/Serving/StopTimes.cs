using ActorColorize.Actors.NodeProcess;
using ActorColorize.Gateway;
using ActorColorize.Host.Nodes;
using ActorColorize.Rest;

namespace ActorColorize.Host.Serving;

/// <summary>
/// How long a graceful stop takes at most, as the sum of the limits of its parts. Whoever stops a daemon must wait longer before killing
/// it: a test compares the systemd units, the compose files and the Kubernetes manifests with these sums.
/// </summary>
internal static class StopTimes
{
    /// <summary>A daemon that is no cluster's node: the run is saved, requests end and are cleaned up, clients leave, actors end.</summary>
    public static TimeSpan Standalone =>
        DaemonTraining.Saving + 2 * RestSettings.UsualCloseWithin + ClientGateway.CloseWithin + LocalNode.StopWithin;

    /// <summary>A node of a cluster: its devices leave, then its coordinator, then their parent.</summary>
    public static TimeSpan ClusterNode => 3 * new NodeProcessLimits().LeaveGrace;
}
