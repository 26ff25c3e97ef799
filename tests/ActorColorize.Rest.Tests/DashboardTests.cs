using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace ActorColorize.Rest.Tests;

/// <summary>The dashboard's files, their headers, and the sign-in.</summary>
public sealed partial class DashboardTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public async Task Every_answer_forbids_everything_that_the_pages_do_not_need()
    {
        await using var server = await ServerAsync();
        using var stranger = server.NewClient(token: null);

        foreach (var path in new[] { "/", "/dashboard/app.js", "/dashboard/style.css", "/v1/jobs", "/nowhere" })
        {
            using var answer = await stranger.GetAsync(path);

            string Header(string name) => string.Join(", ", answer.Headers.GetValues(name));
            Assert.Equal(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; "
                    + "base-uri 'none'; frame-ancestors 'none'",
                Header("Content-Security-Policy")
            );
            Assert.Equal(
                ("no-referrer", "nosniff", "same-origin"),
                (Header("Referrer-Policy"), Header("X-Content-Type-Options"), Header("Cross-Origin-Opener-Policy"))
            );
        }
    }

    [Fact]
    public async Task The_pages_need_no_other_host_and_nothing_inline()
    {
        await using var server = await ServerAsync();
        using var stranger = server.NewClient(token: null);
        var names = server.Server.Services.GetRequiredService<DashboardFiles>().Names;
        Assert.Contains("app.js", names);

        foreach (var name in names)
        {
            using var answer = await stranger.GetAsync($"/dashboard/{name}");
            var text = await answer.Content.ReadAsStringAsync();

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.DoesNotMatch(ForeignHost(), text);
            if (name.EndsWith(".html", StringComparison.Ordinal))
                Assert.DoesNotMatch(Inline(), text);
            // Every script that a script imports is there
            foreach (Match import in Import().Matches(text))
                Assert.Contains(import.Groups["file"].Value, names);
        }
    }

    [Theory]
    [InlineData("/dashboard/missing.js")]
    [InlineData("/dashboard/..%2findex.html")]
    [InlineData("/dashboard/%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("/dashboard/")]
    [InlineData("/index.html")]
    public async Task Other_paths_lead_nowhere(string path)
    {
        await using var server = await ServerAsync();

        using var answer = await server.Client.GetAsync(path);

        await TestRestServer.ProblemAsync(answer, 404, "unknown-path");
    }

    [Fact]
    public async Task Files_are_kept_by_browsers_until_they_change()
    {
        await using var server = await ServerAsync();
        using var first = await server.Client.GetAsync("/dashboard/app.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dashboard/app.js");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));

        using var again = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task A_link_signs_in_once_and_the_token_outlives_the_server()
    {
        string token;
        await using (var server = await ServerAsync())
        {
            using var stranger = server.NewClient(token: null);
            var link = new Uri(server.Server.NewDashboardLink()!.Url);
            Assert.Equal(server.Server.Address, new Uri(link.GetLeftPart(UriPartial.Path)));
            var code = link.Fragment["#code=".Length..];

            using var signedIn = await stranger.PostAsJsonAsync("/v1/sign-in", new { code });
            using var again = await stranger.PostAsJsonAsync("/v1/sign-in", new { code });
            using var guessed = await stranger.PostAsJsonAsync("/v1/sign-in", new { code = new string('0', 32) });

            token = (await TestRestServer.Json(signedIn)).GetProperty("token").GetString()!;
            await TestRestServer.ProblemAsync(again, 401, "not-authentic");
            await TestRestServer.ProblemAsync(guessed, 401, "not-authentic");
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, token));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, token[..^1] + (token[^1] == '0' ? '1' : '0')));
        }

        await using var restarted = await ServerAsync();
        await using var otherKey = await ServerAsync([.. Key.Reverse()]);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(restarted, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(otherKey, token));
    }

    [Fact]
    public async Task New_links_are_for_clients_and_a_foreign_page_cannot_sign_in()
    {
        await using var server = await ServerAsync();
        using var stranger = server.NewClient(token: null);

        using var unknown = await stranger.PostAsync("/v1/sign-in/codes", null);
        var link = await TestRestServer.Json(await server.Client.PostAsync("/v1/sign-in/codes", null));
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/v1/sign-in")
        {
            Content = JsonContent.Create(new { code = link.GetProperty("url").GetString()!.Split("#code=")[1] }),
        };
        foreign.Headers.Add("Origin", "http://other.example");
        using var refused = await stranger.SendAsync(foreign);

        await TestRestServer.ProblemAsync(unknown, 401, "not-authentic");
        await TestRestServer.ProblemAsync(refused, 403, "other-site");
    }

    [Fact]
    public void Codes_and_tokens_expire_and_old_codes_make_room()
    {
        var clock = new MovableClock();
        var signIn = new DashboardSignIn(Key, clock);
        var (late, _) = signIn.NewCode();
        clock.Now += DashboardSignIn.CodeLifetime + TimeSpan.FromSeconds(1);
        Assert.Null(signIn.Trade(late));

        var (first, _) = signIn.NewCode();
        clock.Now += TimeSpan.FromSeconds(1);
        var later = Enumerable.Range(0, 64).Select(_ => signIn.NewCode().Code).ToArray();
        Assert.Null(signIn.Trade(first));
        var (token, expiresAt) = signIn.Trade(later[^1])!.Value;

        Assert.True(signIn.Accepts(token));
        clock.Now = expiresAt + TimeSpan.FromSeconds(1);
        Assert.False(signIn.Accepts(token));
        Assert.False(signIn.Accepts(""));
        Assert.False(signIn.Accepts("."));
    }

    [Fact]
    public async Task Without_a_dashboard_there_is_no_page_and_no_sign_in()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        using var page = await server.Client.GetAsync("/");
        using var code = await server.Client.PostAsync("/v1/sign-in/codes", null);

        await TestRestServer.ProblemAsync(page, 404, "unknown-path");
        await TestRestServer.ProblemAsync(code, 404, "unknown-path");
        Assert.Null(server.Server.NewDashboardLink());
    }

    private static Task<TestRestServer> ServerAsync(byte[]? key = null) =>
        TestRestServer.ForItsOwnerAsync(with: settings => settings with { DashboardKey = key ?? Key });

    private static async Task<HttpStatusCode> StatusAsync(TestRestServer server, string token)
    {
        using var client = server.NewClient(token);
        using var answer = await client.GetAsync("/v1/jobs");
        return answer.StatusCode;
    }

    [GeneratedRegex(
        "(https?:)?//(?!www\\.w3\\.org/)[a-z0-9.-]+\\.[a-z]{2,}",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex ForeignHost();

    [GeneratedRegex(
        "<style|\\son[a-z]+=|\\sstyle=|<script(?![^>]*\\ssrc=)|javascript:",
        RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Inline();

    [GeneratedRegex("from '\\./(?<file>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Import();

    private sealed class MovableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
