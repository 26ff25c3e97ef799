using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>Which daemon to connect to, and as which client.</summary>
public sealed record ClientOptions
{
    /// <summary>
    /// The data folder of a daemon on this machine; its <c>gateway.json</c> says where the gateway is. Used where <see cref="Daemon"/> is
    /// null.
    /// </summary>
    public string DataFolder { get; init; } = GatewayFile.DefaultFolder;

    /// <summary>
    /// Host and port of a remote daemon, <c>host:port</c>; needs <see cref="CertificateFile"/> and <see cref="AuthorityFile"/>. For a
    /// cluster, the addresses of several coordinators, separated by commas; when one does not answer or cannot reach the leader, the next
    /// is used.
    /// </summary>
    public string? Daemon { get; init; }

    /// <summary>PEM file with this client's certificate and private key.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the certificate of the authority that issued the daemon's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Name of this client. With certificates issued by an authority, the name in the certificate is used instead.</summary>
    public string Name { get; init; } = Environment.UserName.Length > 0 ? Environment.UserName : "client";

    /// <summary>Program name and version, for the daemon's log.</summary>
    public string Program { get; init; } = $"ActorColorize.Client {typeof(ClientOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Time limit for establishing the first connection.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the first connection is retried when <see cref="Daemon"/> names several addresses and none of them answers: all
    /// coordinators of a cluster may be restarting at the same time. With a single address, an unreachable daemon is reported immediately.
    /// </summary>
    public TimeSpan WaitForCluster { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Called with a one-line message when a call or the first connection has to wait for the daemon, and again within the same call when
    /// the reason changes.
    /// </summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>
    /// How long a call is retried while the daemon is unreachable, restarting or throttling this client. The daemon executes a command
    /// once, however often it is sent.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Protocol version that this client announces; other values are for tests of the daemon's answer.</summary>
    internal int Version { get; init; } = ProtocolVersion.Current;
}
