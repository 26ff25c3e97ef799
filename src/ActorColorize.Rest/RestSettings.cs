using System.Net;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>Where a REST server listens, and whom it lets in.</summary>
/// <param name="Address">Address to listen on.</param>
/// <param name="Port">TCP port; 0 takes a free one.</param>
/// <param name="PublicHost">Name or address that clients use.</param>
/// <param name="Identity">How a client shows who it is.</param>
public sealed record RestSettings(IPAddress Address, int Port, string PublicHost, RestIdentity Identity)
{
    /// <summary>The largest picture that is taken, bytes.</summary>
    public long LargestPicture { get; init; } = 64L << 20;

    /// <summary>Pictures that are being coloured at a time, of all clients; one client has at most half of them.</summary>
    public int PicturesAtOnce { get; init; } = 16;

    /// <summary>How long one picture may take from its first byte to its answer.</summary>
    public TimeSpan PictureWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Event streams that are open at a time, of all clients.</summary>
    public int StreamsAtOnce { get; init; } = 128;

    /// <summary>A watcher of a job hears something at least as often as this.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long requests that are being answered may go on when the server closes.</summary>
    public TimeSpan CloseWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Names under which a request may have been sent here: a browser that was led here under another name is refused.</summary>
    internal IReadOnlySet<string> Hosts =>
        new HashSet<string>(
            ["localhost", "127.0.0.1", "[::1]", PublicHost, $"[{PublicHost}]", Address.ToString(), $"[{Address}]"],
            StringComparer.OrdinalIgnoreCase
        );
}

/// <summary>How a client shows who it is: by a secret of this machine's account, or by a certificate.</summary>
public abstract record RestIdentity
{
    private RestIdentity() { }

    /// <summary>Whoever knows the token is the owner. Plain HTTP, so for addresses of this machine alone.</summary>
    /// <param name="Token">The secret, printable ASCII.</param>
    /// <param name="Owner">The owner's name as a client.</param>
    public sealed record ByToken(string Token, ClientId Owner) : RestIdentity;

    /// <summary>TLS with certificates at both ends; the client's name is its certificate's.</summary>
    /// <param name="Certificate">The daemon's own, with its private key.</param>
    /// <param name="Trust">Which certificates of clients are accepted.</param>
    public sealed record ByCertificate(X509Certificate2 Certificate, PeerTrust Trust) : RestIdentity;
}
