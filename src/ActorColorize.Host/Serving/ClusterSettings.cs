namespace ActorColorize.Host.Serving;

/// <summary>What a node of a cluster is there for.</summary>
[Flags]
internal enum NodeRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Keeps jobs, grants work, lets clients in.</summary>
    Coordinator = 1,

    /// <summary>Computes.</summary>
    Device = 2,
}

/// <summary>
/// How a daemon is part of a cluster. Its processes listen at consecutive ports: the coordinator's at <see cref="Port"/>, each device's at
/// the next one.
/// </summary>
/// <param name="Host">Address to listen on.</param>
/// <param name="PublicHost">Name or address by which the other nodes reach it.</param>
/// <param name="Port">TCP port of the first process.</param>
/// <param name="Seeds"><c>host:port</c> of every coordinator of the cluster, in the same order everywhere, separated by commas.</param>
/// <param name="Certificate">PEM file with the node's certificate and private key, issued for both ends of a connection.</param>
/// <param name="Authority">PEM file with the certificate of the authority that issues the nodes' certificates.</param>
/// <param name="DeadAfter">A node that is silent for so long is taken for unreachable.</param>
/// <param name="StableFor">How long unreachable nodes are waited for before they are given up.</param>
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
    /// <summary><see cref="DeadAfter"/> where none is given: longer than a busy machine is silent.</summary>
    public const double DefaultDeadAfterSeconds = 12;

    /// <summary><see cref="StableFor"/> where none is given.</summary>
    public const double DefaultStableForSeconds = 10;

    /// <summary><see cref="Seeds"/>, one by one.</summary>
    public IReadOnlyList<string> Coordinators() => Seeds.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// So many coordinators have to see each other before anything is decided; fewer wait. Two halves of a cluster never both have them.
    /// </summary>
    public int Quorum() => (Coordinators().Count / 2) + 1;
}
