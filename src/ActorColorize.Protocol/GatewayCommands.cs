namespace ActorColorize.Protocol;

/// <summary>
/// What a client says to the gateway before and beside its commands.
/// <code>
///  client                              gateway
///    Hello ───────────────────────────▶  version understood? room for another client?
///    ◀───────────────────── Challenge   from an actor that lives for this handshake
///    Prove ───────────────────────────▶  to that actor: signed with the certificate's key, over both nonces
///    ◀─────────────────────── Welcome   from the client's session: every further message goes to it
/// </code>
/// </summary>
public static class GatewayCommands
{
    /// <summary>The first word. Answered by <see cref="GatewayAnswers.Challenge"/> or <see cref="GatewayAnswers.Refused"/>.</summary>
    /// <param name="Version">What the client speaks: <see cref="ProtocolVersion.Current"/>.</param>
    /// <param name="Program">The client's program and its version, for the log.</param>
    /// <param name="Name">What the client calls itself; where an authority issues certificates, the certificate's name counts.</param>
    /// <param name="Nonce">Drawn for this handshake.</param>
    public sealed record Hello(int Version, string Program, string Name, string Nonce);

    /// <summary>
    /// The proof that was asked for. Answered by <see cref="GatewayAnswers.Welcome"/> or <see cref="GatewayAnswers.Refused"/>.
    /// </summary>
    /// <param name="Proof">See <see cref="GatewayProof"/>; base64.</param>
    /// <param name="Certificate">The client's certificate: DER in base64.</param>
    public sealed record Prove(string Proof, string Certificate);

    /// <summary>The client is still there and says nothing else. Not answered.</summary>
    public sealed record KeepAlive;

    /// <summary>
    /// Begin the colorizing of an archive. The daemon finds the model, fills in what is left open, and answers with <see
    /// cref="JobAnswers.Submitted"/> or <see cref="JobAnswers.Refused"/>
    /// once the job is on disk.
    /// </summary>
    /// <param name="Command">This asking.</param>
    /// <param name="Key">The client's own name for this piece of work: a second submission under the same key is the same job.</param>
    /// <param name="Priority">How urgent.</param>
    /// <param name="Request">What to do.</param>
    public sealed record SubmitJob(CommandId Command, string Key, JobPriority Priority, JobRequest Request);

    /// <summary>How is the daemon? Answered by <see cref="GatewayAnswers.DaemonStatus"/>.</summary>
    public sealed record ShowDaemon;

    /// <summary>Which nodes is the daemon made up of? Answered by <see cref="GatewayAnswers.NodePage"/>.</summary>
    public sealed record ShowNodes;
}

/// <summary>What the gateway answers for itself.</summary>
public static class GatewayAnswers
{
    /// <summary>Prove who you are, to the sender of this.</summary>
    /// <param name="Version">What the gateway speaks.</param>
    /// <param name="Nonce">Drawn for this handshake.</param>
    public sealed record Challenge(int Version, string Nonce);

    /// <summary>The client is known. Every further message goes to the sender of this.</summary>
    /// <param name="Client">Who the client is from now on.</param>
    /// <param name="Program">The daemon's program and its version.</param>
    /// <param name="KeepAliveEvery">How often a client that has nothing to say says so.</param>
    public sealed record Welcome(ClientId Client, string Program, TimeSpan KeepAliveEvery);

    /// <summary>The gateway does not do what was asked.</summary>
    /// <param name="Kind">What kind of refusal.</param>
    /// <param name="Reason">One line: what, and what to do.</param>
    /// <param name="AskAgainAfter">How long to wait before asking the same again; zero where that would not help.</param>
    public sealed record Refused(GatewayRefusal Kind, string Reason, TimeSpan AskAgainAfter);

    /// <summary>How the daemon is.</summary>
    /// <param name="Program">Its program and version.</param>
    /// <param name="Process">The process that holds the gateway.</param>
    /// <param name="StartedAt">Since when.</param>
    /// <param name="Clients">Clients that have a session at the gateway.</param>
    /// <param name="Device">The device that it computes on, in words.</param>
    public sealed record DaemonStatus(string Program, int Process, DateTimeOffset StartedAt, int Clients, string Device);

    /// <summary>
    /// The nodes of a cluster as the gateway's own sees them; none for a daemon that is alone. The first hundred, where there are more.
    /// </summary>
    /// <param name="Nodes">By address.</param>
    public sealed record NodePage(IReadOnlyList<NodeReport> Nodes);
}

/// <summary>A node of a cluster.</summary>
/// <param name="Address"><c>host:port</c> that it listens at for other nodes.</param>
/// <param name="Role">What it is for.</param>
/// <param name="State">Where it is in its life, in a word: joining, up, leaving …</param>
/// <param name="IsReachable">Whether the others hear from it.</param>
/// <param name="IsLeader">Whether the job coordinator is there.</param>
public sealed record NodeReport(string Address, string Role, string State, bool IsReachable, bool IsLeader);

/// <summary>Why the gateway refuses.</summary>
public enum GatewayRefusal
{
    /// <summary>The client speaks a version that the gateway does not know yet.</summary>
    VersionTooNew,

    /// <summary>The client speaks a version that the gateway does not understand any more.</summary>
    VersionTooOld,

    /// <summary>The proof is wrong.</summary>
    NotAuthentic,

    /// <summary>As many clients as the gateway takes are connected.</summary>
    TooManyClients,

    /// <summary>The client asks faster than its quota allows.</summary>
    TooFast,

    /// <summary>As many of the client's questions as its quota allows are being answered.</summary>
    TooManyAtOnce,

    /// <summary>The client has as many jobs open as its quota allows.</summary>
    TooManyOpenJobs,

    /// <summary>What should answer does not at the moment; asking again is safe.</summary>
    Unavailable,

    /// <summary>The message is not one that clients may send.</summary>
    NotForClients,
}
