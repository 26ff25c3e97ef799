using ActorColorize.Protocol;

namespace ActorColorize.Client.Tests;

/// <summary>Which certificates are accepted as cluster members: those of the authority's nodes, not of its clients or gateways.</summary>
public sealed class MemberTrustTests
{
    [Fact]
    public void Only_certificates_for_both_ends_of_a_connection_are_members()
    {
        using var authority = new PrivateAuthority();
        using var other = new PrivateAuthority();
        using var node = authority.ForNode("10.0.0.1");
        using var client = authority.ForClient("alice");
        using var gateway = authority.ForGateway("10.0.0.1");
        using var foreign = other.ForNode("10.0.0.1");
        using var selfMade = PrivateAuthority.Shared();
        var trust = PeerTrust.MembersOf(authority.Certificate);

        Assert.Null(trust.Objection(node));
        Assert.All(new[] { client, gateway, foreign, selfMade, null }, refused => Assert.NotNull(trust.Objection(refused)));
        // A coordinator's certificate is good for its gateway
        Assert.Null(PeerTrust.GatewayOf(authority.Certificate, "10.0.0.1").Objection(node));
    }
}
