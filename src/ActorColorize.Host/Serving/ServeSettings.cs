using System.Text.Json.Serialization;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Gateway;
using ActorColorize.Host.Clustering;
using ActorColorize.Host.Isolation;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>A daemon's settings. The defaults make a daemon for one account on one machine.</summary>
internal sealed record ServeSettings
{
    /// <summary>The daemon's data folder; absolute.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The roles of this daemon.</summary>
    public NodeRoles Roles { get; init; } = NodeRoles.Coordinator | NodeRoles.Device;

    /// <summary>Its cluster settings; null for a standalone daemon in one process.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>The PostgreSQL database of jobs; null: SQLite files in the data folder.</summary>
    [JsonConverter(typeof(PostgresConnectionJson))]
    public PostgresConnection? Postgres { get; init; }

    /// <summary>Address that the gateway listens on.</summary>
    public string GatewayHost { get; init; } = "127.0.0.1";

    /// <summary>Name or address under which clients reach it.</summary>
    public string GatewayPublicHost { get; init; } = "127.0.0.1";

    /// <summary>TCP port; 0 picks a free one, which clients on this machine find in the data folder.</summary>
    public int GatewayPort { get; init; }

    /// <summary>
    /// PEM file with the gateway's certificate and private key; null: only clients of this account on this machine are accepted.
    /// </summary>
    public string? GatewayCertificate { get; init; }

    /// <summary>
    /// PEM file with the certificate of the authority that issues clients' certificates; null if <see cref="GatewayCertificate"/> is null.
    /// </summary>
    public string? GatewayAuthority { get; init; }

    /// <summary>The limits of one client.</summary>
    public ClientLimits Clients { get; init; } = new();

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>; in a cluster several of them, separated by commas.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Whether the device runs in a separate process, which is replaced if it crashes or hangs.</summary>
    public IsolationOptions Isolation { get; init; } = new(IsService: true);

    /// <summary>Threads of the device's computations on a CPU; 0: all.</summary>
    public int Threads { get; init; }

    /// <summary>What runs the networks that colour pictures.</summary>
    public EngineChoice Engine { get; init; } = EngineChoice.Torch;

    /// <summary>The largest share of the device's time for colouring archives while a run trains, 0 to 1.</summary>
    public double ColouringShare { get; init; } = DeviceTurns.DefaultShare;

    /// <summary>The folder of named models; absolute. Null: in the data folder, which other nodes of a cluster cannot access.</summary>
    public string? ModelsFolder { get; init; }

    /// <summary>How long a lease on archive work is valid unless it is renewed.</summary>
    public TimeSpan LeaseFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a job's items and history are kept after its end.</summary>
    public TimeSpan KeepDetailsFor { get; init; } = TimeSpan.FromDays(60);

    /// <summary>The largest pictures that a job may ask for, in millions of pixels.</summary>
    public int MaxMegapixels { get; init; } = JobSpecification.UsualMegapixels;

    /// <summary>Settings of the REST server.</summary>
    public RestServeSettings Rest { get; init; } = new();
}
