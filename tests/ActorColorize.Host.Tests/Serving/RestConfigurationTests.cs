using System.Collections;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Tests.Serving;

/// <summary>A port enables REST; an address that other machines can reach requires certificates, by default the gateway's.</summary>
public sealed class RestConfigurationTests
{
    [Fact]
    public void Without_a_port_there_is_no_REST_server()
    {
        Assert.Null(
            ServeConfiguration.Load(null, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_REST_PICTURES_AT_ONCE"] = "3" }).Rest.Port
        );

        var rest = ServeConfiguration
            .Load(
                null,
                "/data",
                new Hashtable { ["ACTORCOLORIZE_SERVE_REST_PORT"] = "0", ["ACTORCOLORIZE_SERVE_REST_MAX_PICTURE_MEGABYTES"] = "1.5" }
            )
            .Rest;

        Assert.Equal(new RestServeSettings { Port = 0, LargestPicture = 1_572_864 }, rest);
    }

    [Theory]
    [InlineData("PORT", "99999", "'rest.port' must be a whole number from 0 to 65535, not '99999'")]
    [InlineData("PROT", "1", "unknown key 'rest.prot', did you mean 'rest.port'?")]
    [InlineData("HOST", "0.0.0.0", "'rest.host' is 0.0.0.0, which other machines can reach")]
    [InlineData("HOST", "daemon.example.org", "'rest.host' must be an address")]
    [InlineData("MAX_PICTURE_MEGABYTES", "0", "'rest.max_picture_megabytes' must be a number from 1 to 2048")]
    [InlineData("SCRATCH", "", "'rest.scratch' is empty")]
    public void An_error_names_the_cause(string key, string value, string message)
    {
        var environment = new Hashtable { ["ACTORCOLORIZE_SERVE_REST_PORT"] = "0", [$"ACTORCOLORIZE_SERVE_REST_{key}"] = value };

        var wrong = Assert.Throws<UsageException>(() => ServeConfiguration.Load(null, "/data", environment));

        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("DASHBOARD", "off", false)]
    [InlineData("HOST", "192.0.2.1", false)]
    public void A_daemon_of_this_machine_opens_a_port_for_the_dashboard_by_itself(string? key, string? value, bool opens)
    {
        var environment = new Hashtable();
        if (key is not null)
            environment[$"ACTORCOLORIZE_SERVE_REST_{key}"] = value;

        Assert.Equal(opens, RestService.OpensByItself(ServeConfiguration.Load(null, "/data", environment)));
    }

    [Fact]
    public void The_dashboards_key_and_port_are_kept_and_a_damaged_file_is_replaced()
    {
        using var folder = new ScratchFolder();
        var first = DashboardFile.LoadOrNew(folder.Path);
        Assert.Equal([DashboardFile.UsualPort, 0], first.Ports);

        (first with { Port = 4600 }).Save(folder.Path);
        var second = DashboardFile.LoadOrNew(folder.Path);
        Assert.Equal(first.Key, second.Key);
        Assert.Equal([4600, DashboardFile.UsualPort, 0], second.Ports);

        File.WriteAllText(Path.Combine(folder.Path, "dashboard.json"), "damaged");
        Assert.NotEqual(first.Key, DashboardFile.LoadOrNew(folder.Path).Key);
    }

    [Fact]
    public void Certificates_are_the_gateways_unless_it_has_its_own()
    {
        using var folder = new ScratchFolder();
        string[] files =
        [
            .. new[] { "gateway.pem", "authority.crt", "web.pem", "web.crt" }.Select(name => Path.Combine(folder.Path, name)),
        ];
        foreach (var file in files)
            File.WriteAllText(file, "");
        var environment = new Hashtable
        {
            ["ACTORCOLORIZE_SERVE_REST_PORT"] = "443",
            ["ACTORCOLORIZE_SERVE_REST_HOST"] = "0.0.0.0",
            ["ACTORCOLORIZE_SERVE_GATEWAY_CERTIFICATE"] = files[0],
            ["ACTORCOLORIZE_SERVE_GATEWAY_AUTHORITY"] = files[1],
        };

        var shared = ServeConfiguration.Load(null, "/data", environment).Rest;
        environment["ACTORCOLORIZE_SERVE_REST_CERTIFICATE"] = files[2];
        var half = Assert.Throws<UsageException>(() => ServeConfiguration.Load(null, "/data", environment));
        environment["ACTORCOLORIZE_SERVE_REST_AUTHORITY"] = files[3];
        var own = ServeConfiguration.Load(null, "/data", environment).Rest;

        Assert.Equal((files[0], files[1]), (shared.Certificate, shared.Authority));
        Assert.Contains("'rest.certificate' and 'rest.authority' must be set together", half.Message, StringComparison.Ordinal);
        Assert.Equal((files[2], files[3]), (own.Certificate, own.Authority));
    }
}
