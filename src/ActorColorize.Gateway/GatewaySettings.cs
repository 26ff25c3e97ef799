using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>Where a gateway listens, and whom it lets in.</summary>
/// <param name="Host">Address to listen on.</param>
/// <param name="PublicHost">Name or address that clients use.</param>
/// <param name="Port">TCP port; 0 takes a free one.</param>
/// <param name="Certificate">The gateway's own, with its private key.</param>
/// <param name="Trust">Which certificates of clients are accepted.</param>
/// <param name="Limits">What each client may ask.</param>
public sealed record GatewaySettings(
    string Host,
    string PublicHost,
    int Port,
    X509Certificate2 Certificate,
    PeerTrust Trust,
    ClientLimits Limits
);
