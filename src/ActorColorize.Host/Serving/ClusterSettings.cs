namespace ActorColorize.Host.Serving;

/// <summary>The roles of a node of a cluster.</summary>
[Flags]
internal enum NodeRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Stores jobs, grants work and accepts clients.</summary>
    Coordinator = 1,

    /// <summary>Computes.</summary>
    Device = 2,
}

/// <summary>
/// The cluster settings of a daemon. Its processes listen at consecutive ports: the coordinator's at <see cref="Port"/>, each device's at
/// the next one.
/// </summary>
/// <param name="Host">Address to listen on.</param>
/// <param name="PublicHost">Name or address by which the other nodes reach it.</param>
/// <param name="Port">TCP port of the first process.</param>
/// <param name="Seeds"><c>host:port</c> of every coordinator of the cluster, in the same order everywhere, separated by commas.</param>
/// <param name="Certificate">PEM file with the node's certificate and private key, issued for both ends of a connection.</param>
/// <param name="Authority">PEM file with the certificate of the authority that issues the nodes' certificates.</param>
/// <param name="DeadAfter">A node without heartbeats for this time is treated as unreachable.</param>
/// <param name="StableFor">How long membership must be stable before unreachable nodes are downed.</param>
internal sealed record ClusterSettings(
    string Host,
    string PublicHost,
    int Port,
    string Seeds,
    string Certificate,
    string Authority,
    TimeSpan DeadAfter,
    TimeSpan StableFor
)
{
    /// <summary><see cref="DeadAfter"/> by default: longer than the heartbeat gaps of a busy machine.</summary>
    public const double DefaultDeadAfterSeconds = 12;

    /// <summary>The default of <see cref="StableFor"/>.</summary>
    public const double DefaultStableForSeconds = 10;

    /// <summary><see cref="Seeds"/>, one by one.</summary>
    public IReadOnlyList<string> Coordinators() => Seeds.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The quorum of coordinators. Two sides of a partitioned cluster never both have it.</summary>
    public int Quorum() => (Coordinators().Count / 2) + 1;
}
