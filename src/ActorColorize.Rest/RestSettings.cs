using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>Where a REST server listens, and which clients it accepts.</summary>
/// <param name="Address">Address to bind.</param>
/// <param name="Port">TCP port; 0 selects a free one.</param>
/// <param name="PublicHost">Host name or address that clients use.</param>
/// <param name="Identity">How clients authenticate.</param>
public sealed record RestSettings(IPAddress Address, int Port, string PublicHost, RestIdentity Identity)
{
    /// <summary>Name of the meter of the only daemon in a process.</summary>
    public const string DefaultMeterName = "ActorColorize.Daemon";

    /// <summary>The largest accepted picture, in bytes.</summary>
    public long LargestPicture { get; init; } = 64L << 20;

    /// <summary>Limit of pictures in progress over all clients; one client may use at most half of it.</summary>
    public int PicturesAtOnce { get; init; } = 16;

    /// <summary>What reads received pictures.</summary>
    public CodecChoice Codec { get; init; } = CodecChoice.Imagesharp;

    /// <summary>Time limit of one picture, from the first byte of the request to the answer.</summary>
    public TimeSpan PictureWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Limit of open event streams over all clients.</summary>
    public int StreamsAtOnce { get; init; } = 128;

    /// <summary>Longest interval between two messages of an event stream.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long requests in progress may continue when the server closes.</summary>
    public TimeSpan CloseWithin { get; init; } = UsualCloseWithin;

    /// <summary>The usual value of <see cref="CloseWithin"/>.</summary>
    public static TimeSpan UsualCloseWithin => TimeSpan.FromSeconds(10);

    /// <summary>Key that signs the tokens of the dashboard, at least 32 bytes; null: no dashboard is served.</summary>
    public byte[]? DashboardKey { get; init; }

    /// <summary>The daemon's data folder, whose free space is measured; null: it is not measured.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Folders that clients may look into; null: none.</summary>
    public IFolderBrowser? Folders { get; init; }

    /// <summary>Name of the meter of the daemon's state; servers in one process have different ones.</summary>
    public string MeterName { get; init; } = DefaultMeterName;

    /// <summary>Host names accepted in requests; requests under another name are refused, which prevents DNS rebinding.</summary>
    internal IReadOnlySet<string> Hosts =>
        new HashSet<string>(
            ["localhost", "127.0.0.1", "[::1]", PublicHost, $"[{PublicHost}]", Address.ToString(), $"[{Address}]"],
            StringComparer.OrdinalIgnoreCase
        );
}

/// <summary>How clients authenticate: by a secret of the local account, or by certificates.</summary>
public abstract record RestIdentity
{
    private RestIdentity() { }

    /// <summary>A client that sends the token is the owner. Plain HTTP, so only for loopback addresses.</summary>
    /// <param name="Token">The secret, printable ASCII.</param>
    /// <param name="Owner">The owner's name as a client.</param>
    public sealed record ByToken(string Token, ClientId Owner) : RestIdentity;

    /// <summary>Mutual TLS; the client's name is taken from its certificate.</summary>
    /// <param name="Certificate">The daemon's certificate with its private key.</param>
    /// <param name="Trust">Which client certificates are accepted.</param>
    public sealed record ByCertificate(X509Certificate2 Certificate, PeerTrust Trust) : RestIdentity;
}
