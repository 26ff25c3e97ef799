using System.Text.Json.Serialization;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Gateway;
using ActorColorize.Host.Clustering;
using ActorColorize.Host.Isolation;

namespace ActorColorize.Host.Serving;

/// <summary>How a daemon is made up. The defaults are a daemon for one account on one machine.</summary>
internal sealed record ServeSettings
{
    /// <summary>The folder that holds all that the daemon remembers; absolute.</summary>
    public required string DataFolder { get; init; }

    /// <summary>What this daemon is there for.</summary>
    public NodeRoles Roles { get; init; } = NodeRoles.Coordinator | NodeRoles.Device;

    /// <summary>Its place in a cluster; null for a daemon that is alone, in one process.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>The PostgreSQL database that jobs are kept in; null: SQLite files in the data folder.</summary>
    [JsonConverter(typeof(PostgresConnectionJson))]
    public PostgresConnection? Postgres { get; init; }

    /// <summary>Address that the gateway listens on.</summary>
    public string GatewayHost { get; init; } = "127.0.0.1";

    /// <summary>Name or address under which clients reach it.</summary>
    public string GatewayPublicHost { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 takes a free one, which clients on this machine find in the data folder.</summary>
    public int GatewayPort { get; init; }

    /// <summary>
    /// PEM file with the gateway's certificate and private key; null: only clients of this account on this machine are let in.
    /// </summary>
    public string? GatewayCertificate { get; init; }

    /// <summary>
    /// PEM file with the certificate of the authority that issues clients' certificates; null where <see cref="GatewayCertificate"/> is.
    /// </summary>
    public string? GatewayAuthority { get; init; }

    /// <summary>What one client may ask.</summary>
    public ClientLimits Clients { get; init; } = new();

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>; in a cluster several of them, separated by commas.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether the device is in a process of its own, which is replaced when it dies or hangs.</summary>
    public IsolationOptions Isolation { get; init; } = new();

    /// <summary>Threads of the device's computations on a CPU; 0: all.</summary>
    public int Threads { get; init; }

    /// <summary>Largest share of the device's time that goes to colouring archives while a run trains, 0 to 1.</summary>
    public double ColouringShare { get; init; } = DeviceTurns.DefaultShare;

    /// <summary>
    /// The folder of models that have names; absolute. Null: in the data folder, where other nodes of a cluster do not see it.
    /// </summary>
    public string? ModelsFolder { get; init; }

    /// <summary>How long a lease of archive work holds unless it is renewed.</summary>
    public TimeSpan LeaseFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long pictures and history of a job are kept after its end.</summary>
    public TimeSpan KeepDetailsFor { get; init; } = TimeSpan.FromDays(60);

    /// <summary>The way in over HTTP.</summary>
    public RestServeSettings Rest { get; init; } = new();
}
