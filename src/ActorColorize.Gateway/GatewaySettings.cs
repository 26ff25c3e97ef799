using System.Security.Cryptography.X509Certificates;
using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>Where a gateway listens, and which clients it accepts.</summary>
/// <param name="Host">Address to bind.</param>
/// <param name="PublicHost">Host name or address that clients use.</param>
/// <param name="Port">TCP port; 0 selects a free one.</param>
/// <param name="Certificate">The gateway's certificate with its private key.</param>
/// <param name="Trust">Which client certificates are accepted.</param>
/// <param name="Limits">Limits per client.</param>
public sealed record GatewaySettings(
    string Host,
    string PublicHost,
    int Port,
    X509Certificate2 Certificate,
    PeerTrust Trust,
    ClientLimits Limits
);
