using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>Which daemon, and who asks.</summary>
public sealed record ClientOptions
{
    /// <summary>
    /// The data folder of a daemon on this machine; its <c>gateway.json</c> says where the gateway is. Used where <see cref="Daemon"/> is
    /// null.
    /// </summary>
    public string DataFolder { get; init; } = GatewayFile.DefaultFolder;

    /// <summary>
    /// Name or address and port of a daemon elsewhere, <c>host:port</c>; needs <see cref="CertificateFile"/> and <see
    /// cref="AuthorityFile"/>. Of a cluster: those of several coordinators, separated by
    /// commas; where one does not answer, or reaches nobody who can, the next is taken.
    /// </summary>
    public string? Daemon { get; init; }

    /// <summary>PEM file with this client's certificate and private key.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the certificate of the authority that issued the daemon's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>What this client calls itself; where an authority issues certificates, the certificate's name counts.</summary>
    public string Name { get; init; } = Environment.UserName.Length > 0 ? Environment.UserName : "client";

    /// <summary>Program and version, for the daemon's log.</summary>
    public string Program { get; init; } = $"ActorColorize.Client {typeof(ClientOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>How long the first connection may take.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the first connection goes on trying where <see cref="Daemon"/> names several addresses and nobody is there at any of them:
    /// all coordinators of a cluster may be starting again at
    /// once. A single daemon that is not there is told at once.
    /// </summary>
    public TimeSpan WaitForCluster { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Called, with one line for people, when a call or the first connection has to wait for the daemon; again within the same call where
    /// the reason is another.
    /// </summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>
    /// How long a call goes on trying while the daemon is away, is starting again or holds this client back. The daemon carries a command
    /// out once, however often it had to be sent.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What this client says it speaks; other numbers are for trying what a daemon says to them.</summary>
    internal int Version { get; init; } = ProtocolVersion.Current;
}
