using System.Net;
using ActorColorize.Client.Tests;
using ActorColorize.Protocol;

namespace ActorColorize.Rest.Tests;

/// <summary>Authentication of requests and checks of their origin.</summary>
public sealed class RequestAuthenticatorTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("another-token")]
    [InlineData("")]
    public async Task Without_the_token_only_health_is_answered(string? token)
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var anonymous = server.NewClient(null);
        if (token is not null)
            anonymous.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");

        foreach (var path in new[] { "/v1/jobs", "/v1/nothing", "/metrics", "/openapi/v1.json", "/" })
        {
            using var answer = await anonymous.GetAsync(path);
            Assert.Contains(
                "Authorization: Bearer",
                await TestRestServer.ProblemAsync(answer, 401, "not-authentic"),
                StringComparison.Ordinal
            );
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }

        Assert.Equal("live", (await TestRestServer.Json(await anonymous.GetAsync("/health/live"))).GetProperty("status").GetString());
        Assert.Equal("ready", (await TestRestServer.Json(await anonymous.GetAsync("/health/ready"))).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_foreign_host_name_is_refused_for_every_client()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = "pictures.example.org" } };

        using var answer = await server.Client.SendAsync(request);

        Assert.Contains("'pictures.example.org'", await TestRestServer.ProblemAsync(answer, 421, "wrong-host"), StringComparison.Ordinal);
        using var local = new HttpRequestMessage(HttpMethod.Get, "/v1/jobs")
        {
            Headers = { Host = $"LOCALHOST:{server.Server.Address.Port}" },
        };
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(local)).StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://pictures.example.org")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Pages_of_other_sites_are_refused_without_CORS_headers(string header, string value)
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs/job-1/cancel");
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await server.Client.SendAsync(request);

        await TestRestServer.ProblemAsync(answer, 403, "other-site");
        Assert.DoesNotContain(answer.Headers, one => one.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task With_certificates_a_client_has_its_certificates_name_and_others_are_refused()
    {
        using var authority = new PrivateAuthority();
        using var others = new PrivateAuthority();
        using var own = authority.ForGateway("127.0.0.1");
        await using var server = await TestRestServer.ForAsync(
            new RestIdentity.ByCertificate(own, PeerTrust.ClientsOf(authority.Certificate))
        );
        Assert.Equal("https", server.Server.Address.Scheme);

        var alice = server.NewClient(null, authority.ForClient("alice"));
        using var submitted = await alice.PostAsync(
            "/v1/jobs",
            new StringContent("""{"input": "/photos", "output": "/coloured"}""", null, "application/json")
        );
        var job = (await TestRestServer.Json(submitted)).GetProperty("job").GetString();
        var shown = await TestRestServer.Json(await alice.GetAsync($"/v1/jobs/{job}"));

        Assert.Equal("alice", shown.GetProperty("client").GetString());
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            server.NewClient(TestRestServer.Token, others.ForClient("alice")).GetAsync("/health/live")
        );
        await Assert.ThrowsAsync<HttpRequestException>(() => server.NewClient(TestRestServer.Token).GetAsync("/health/live"));
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            server.NewClient(null, authority.ForGateway("127.0.0.1")).GetAsync("/health/live")
        );
        using var picture = new HttpRequestMessage(HttpMethod.Post, "/v1/colorize")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        picture.Content = new ByteArrayContent([0xFF, 0xD8, 0xFF, .. new byte[1000]]) { Headers = { ContentType = new("image/jpeg") } };
        using var coloured = await alice.SendAsync(picture);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (coloured.StatusCode, coloured.Version));
    }
}
