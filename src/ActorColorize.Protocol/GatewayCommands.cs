namespace ActorColorize.Protocol;

/// <summary>
/// Messages from a client to the gateway, besides commands: handshake, keep-alive, status.
/// <code>
///  client                              gateway
///    Hello ───────────────────────────▶  version supported? below the limit of clients?
///    ◀───────────────────── Challenge   from an actor that lives for this handshake
///    Prove ───────────────────────────▶  to that actor: signed with the certificate's key, over both nonces
///    ◀─────────────────────── Welcome   from the client's session: every further message goes to it
/// </code>
/// </summary>
public static class GatewayCommands
{
    /// <summary>
    /// First message of a handshake. Answered by <see cref="GatewayAnswers.Challenge"/> or <see cref="GatewayAnswers.Refused"/>.
    /// </summary>
    /// <param name="Version">The client's protocol version: <see cref="ProtocolVersion.Current"/>.</param>
    /// <param name="Program">Program name and version of the client, for the log.</param>
    /// <param name="Name">Name of the client; with certificates issued by an authority, the name in the certificate is used
    /// instead.</param>
    /// <param name="Nonce">Random, for this handshake only.</param>
    public sealed record Hello(int Version, string Program, string Name, string Nonce);

    /// <summary>
    /// The answer to a challenge. Answered by <see cref="GatewayAnswers.Welcome"/> or <see cref="GatewayAnswers.Refused"/>.
    /// </summary>
    /// <param name="Proof">See <see cref="GatewayProof"/>; base64.</param>
    /// <param name="Certificate">The client's certificate: DER in base64.</param>
    public sealed record Prove(string Proof, string Certificate);

    /// <summary>Keeps an idle session alive. Not answered.</summary>
    public sealed record KeepAlive;

    /// <summary>
    /// Submits a job that colours an archive. The daemon finds the model, fills in the defaults, and answers with
    /// <see cref="JobAnswers.Submitted"/> or <see cref="JobAnswers.Refused"/> once the job has been persisted.
    /// </summary>
    /// <param name="Command">Id of the command.</param>
    /// <param name="Key">Idempotency key: submissions by a client under the same key are the same job.</param>
    /// <param name="Priority">Priority of the job.</param>
    /// <param name="Request">The requested work.</param>
    /// <param name="TraceParent">The span of the submission, as a <c>traceparent</c>; null without tracing.</param>
    public sealed record SubmitJob(CommandId Command, string Key, JobPriority Priority, JobRequest Request, string? TraceParent = null);

    /// <summary>
    /// Asks for the daemon's status, and a member of a cluster for its own. Answered by <see cref="GatewayAnswers.DaemonStatus"/>.
    /// </summary>
    public sealed record ShowDaemon;

    /// <summary>Asks for the nodes of the daemon's cluster. Answered by <see cref="GatewayAnswers.NodePage"/>.</summary>
    public sealed record ShowNodes;
}

/// <summary>Answers of the gateway itself.</summary>
public static class GatewayAnswers
{
    /// <summary>Asks the client to prove its identity to the sender of this message.</summary>
    /// <param name="Version">The gateway's protocol version.</param>
    /// <param name="Nonce">Random, for this handshake only.</param>
    public sealed record Challenge(int Version, string Nonce);

    /// <summary>The client is authenticated. Further messages go to the sender of this message.</summary>
    /// <param name="Client">The client's identity.</param>
    /// <param name="Program">Program name and version of the daemon.</param>
    /// <param name="KeepAliveEvery">Interval at which an idle client sends <see cref="GatewayCommands.KeepAlive"/>.</param>
    public sealed record Welcome(ClientId Client, string Program, TimeSpan KeepAliveEvery);

    /// <summary>The gateway refuses a request.</summary>
    /// <param name="Kind">What kind of refusal.</param>
    /// <param name="Reason">One line: the reason, and what to do.</param>
    /// <param name="AskAgainAfter">Time to wait before retrying; zero if a retry cannot succeed.</param>
    public sealed record Refused(GatewayRefusal Kind, string Reason, TimeSpan AskAgainAfter);

    /// <summary>Status of the daemon.</summary>
    /// <param name="Program">Program name and version.</param>
    /// <param name="Process">Id of the process that runs the gateway.</param>
    /// <param name="StartedAt">Time of the start.</param>
    /// <param name="Clients">Clients that have a session at the gateway.</param>
    /// <param name="Device">Description of the device that it computes on.</param>
    /// <param name="Certificate">Its certificate that expires first; null if it has none that is configured, or is older.</param>
    public sealed record DaemonStatus(
        string Program,
        int Process,
        DateTimeOffset StartedAt,
        int Clients,
        string Device,
        CertificateExpiry? Certificate = null
    );

    /// <summary>The nodes of a cluster as seen by the gateway's node; empty without a cluster. At most the first hundred.</summary>
    /// <param name="Nodes">By address.</param>
    /// <param name="Coordinators">The coordinators that it needs; null without a cluster, and from an older daemon.</param>
    public sealed record NodePage(IReadOnlyList<NodeReport> Nodes, CoordinatorQuorum? Coordinators = null);
}

/// <summary>A node of a cluster.</summary>
/// <param name="Address"><c>host:port</c> at which it listens for other nodes.</param>
/// <param name="Role">Its cluster role.</param>
/// <param name="State">Its membership state: joining, up, leaving …</param>
/// <param name="IsReachable">Whether the other nodes reach it.</param>
/// <param name="IsLeader">Whether it runs the job coordinator.</param>
/// <param name="Program">Its program and version; null if it has not told yet.</param>
/// <param name="Certificate">Its certificate that expires first; null if it has not told yet.</param>
public sealed record NodeReport(
    string Address,
    string Role,
    string State,
    bool IsReachable,
    bool IsLeader,
    string? Program = null,
    CertificateExpiry? Certificate = null
);

/// <summary>When a certificate expires.</summary>
/// <param name="Setting">The setting that names it: <c>cluster.certificate</c>, <c>cluster.authority</c> …</param>
/// <param name="ExpiresAt">The end of its validity.</param>
public sealed record CertificateExpiry(string Setting, DateTimeOffset ExpiresAt)
{
    /// <summary>A certificate that expires within this time should be replaced now.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    /// <summary>Whole days until it expires; negative after that.</summary>
    public int DaysLeft(DateTimeOffset now) => (int)Math.Floor((ExpiresAt - now).TotalDays);

    /// <summary>Whether it expires within <see cref="Soon"/>, or has expired.</summary>
    public bool IsSoon(DateTimeOffset now) => ExpiresAt - now < Soon;
}

/// <summary>The coordinators of a cluster: it works as long as most of those that its settings name reach each other.</summary>
/// <param name="Expected"><c>host:port</c> of every coordinator in the settings.</param>
/// <param name="Seen">Those of them that are full members and reachable.</param>
/// <param name="Needed">How many must be seen.</param>
public sealed record CoordinatorQuorum(IReadOnlyList<string> Expected, IReadOnlyList<string> Seen, int Needed)
{
    /// <summary>Those that are expected and not seen.</summary>
    public IReadOnlyList<string> Missing() => [.. Expected.Except(Seen, StringComparer.Ordinal)];

    /// <summary>How many are seen, which are missing, and how many more may be lost; one line.</summary>
    public string InWords()
    {
        var missing = Missing();
        var absent = missing.Count == 0 ? string.Empty : $" ({string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} missing)";
        var spare = Seen.Count - Needed;
        var outlook = spare switch
        {
            < 0 => $"the cluster needs {Needed} and stops",
            0 when Expected.Count == 1 => "losing it stops the cluster",
            0 when missing.Count == 0 => "losing one stops the cluster",
            0 => "losing one more stops the cluster",
            1 => "one more may be lost",
            _ => $"{spare} more may be lost",
        };
        return $"{Seen.Count} of {Expected.Count} {(Expected.Count == 1 ? "coordinator" : "coordinators")}{absent}; {outlook}";
    }
}

/// <summary>Why the gateway refuses.</summary>
public enum GatewayRefusal
{
    /// <summary>The client's protocol version is newer than the gateway's.</summary>
    VersionTooNew,

    /// <summary>The client's protocol version is no longer supported.</summary>
    VersionTooOld,

    /// <summary>The proof is invalid.</summary>
    NotAuthentic,

    /// <summary>The limit of connected clients is reached.</summary>
    TooManyClients,

    /// <summary>The client exceeds its message rate.</summary>
    TooFast,

    /// <summary>The client exceeds its limit of concurrent requests.</summary>
    TooManyAtOnce,

    /// <summary>The client has reached its limit of open jobs.</summary>
    TooManyOpenJobs,

    /// <summary>The actor that should answer is unavailable; the request can be retried.</summary>
    Unavailable,

    /// <summary>Clients may not send this message.</summary>
    NotForClients,
}
