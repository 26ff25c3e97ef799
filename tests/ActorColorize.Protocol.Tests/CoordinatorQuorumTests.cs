namespace ActorColorize.Protocol.Tests;

public sealed class CoordinatorQuorumTests
{
    [Theory]
    [InlineData("a b c", "a b c", 2, "3 of 3 coordinators; one more may be lost")]
    [InlineData("a b c", "c a", 2, "2 of 3 coordinators (b is missing); losing one more stops the cluster")]
    [InlineData("a b c", "b", 2, "1 of 3 coordinators (a, c are missing); the cluster needs 2 and stops")]
    [InlineData("a b c d e", "a b c d e", 3, "5 of 5 coordinators; 2 more may be lost")]
    [InlineData("a b", "a b", 2, "2 of 2 coordinators; losing one stops the cluster")]
    [InlineData("a", "a", 1, "1 of 1 coordinator; losing it stops the cluster")]
    public void It_says_how_many_more_may_be_lost(string expected, string seen, int needed, string inWords) =>
        Assert.Equal(inWords, new CoordinatorQuorum(expected.Split(' '), seen.Split(' '), needed).InWords());

    [Theory]
    [InlineData("2026-01-31T00:00:00Z", 30, false)]
    [InlineData("2026-01-30T23:59:59Z", 29, true)]
    [InlineData("2026-01-01T00:00:01Z", 0, true)]
    [InlineData("2025-12-31T23:59:59Z", -1, true)]
    public void A_certificate_expires_soon_in_less_than_30_days(string expiresAt, int days, bool isSoon)
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var expiry = new CertificateExpiry(
            "cluster.certificate",
            DateTimeOffset.Parse(expiresAt, System.Globalization.CultureInfo.InvariantCulture)
        );

        Assert.Equal((days, isSoon), (expiry.DaysLeft(now), expiry.IsSoon(now)));
    }
}
