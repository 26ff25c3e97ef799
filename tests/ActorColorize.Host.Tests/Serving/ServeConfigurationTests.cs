using System.Collections;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Tests.Serving;

/// <summary>File before defaults, environment before file, command line before both; what is wrong is named with its place.</summary>
public sealed class ServeConfigurationTests
{
    private static readonly Hashtable Nothing = [];

    [Fact]
    public void The_file_that_shows_all_settings_shows_the_defaults()
    {
        var shown = ServeConfiguration.Load(Path.Combine(AppContext.BaseDirectory, "config", "serve", "single.json"), "/data", Nothing);

        Assert.Equal(ServeConfiguration.Load(null, "/data", Nothing), shown);
        Assert.Equal(new ServeSettings { DataFolder = "/data" }, shown);
    }

    [Fact]
    public void A_file_goes_before_defaults_the_environment_before_the_file_and_the_command_line_before_both()
    {
        using var folder = new ScratchFolder();
        var file = Write(folder, """{"data": {"folder": "/of-file"}, "gateway": {"port": 1001}, "jobs": {"lease_seconds": 30}}""");
        var environment = new Hashtable { ["ACTORCOLORIZE_SERVE_GATEWAY_PORT"] = "1002", ["ACTORCOLORIZE_SERVE_DATA_FOLDER"] = "/of-environment", ["ACTORCOLORIZE_DEBUG"] = "1" };

        var settings = ServeConfiguration.Load(file, "/of-command-line", environment);

        Assert.Equal("/of-command-line", settings.DataFolder);
        Assert.Equal(1002, settings.GatewayPort);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.LeaseFor);
        Assert.Equal("/of-environment", ServeConfiguration.Load(file, null, environment).DataFolder);
        Assert.Equal("/of-file", ServeConfiguration.Load(file, null, Nothing).DataFolder);
    }

    [Theory]
    [InlineData("""{"gateway": {"prot": 1}}""", "unknown key 'gateway.prot', did you mean 'gateway.port'?")]
    [InlineData("""{"sharing": {"colorize": 1.5}}""", "'sharing.colorize' is a number from 0 to 1, not '1.5'")]
    [InlineData("""{"gateway": {"port": 70000}}""", "'gateway.port' is a number from 0 to 65535, not '70000'")]
    [InlineData("""{"gateway": {"port": "many"}}""", "'gateway.port' is a number from 0 to 65535, not 'many'")]
    [InlineData("""{"gateway": {"port": [1]}}""", "'gateway.port' is a text or a number, not array")]
    [InlineData("""{"jobs": {"lease_seconds": 1}}""", "'jobs.lease_seconds' is a number from 5 to 3600, not '1'")]
    [InlineData("""{"gateway": """, "is no JSON")]
    [InlineData("""{"gateway": {"host": "0.0.0.0"}}""", "'gateway.host' is 0.0.0.0, which others can reach")]
    [InlineData("""{"device": {"name": ""}}""", "'device.name' is empty")]
    [InlineData("""{"device": {"isolate": "maybe"}}""", "'device.isolate' is one of auto, on, off, not 'maybe'")]
    public void What_is_wrong_is_named(string json, string message)
    {
        using var folder = new ScratchFolder();

        var wrong = Assert.Throws<UsageException>(() => ServeConfiguration.Load(Write(folder, json), "/data", Nothing));

        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_in_the_environment_is_named_by_its_variable()
    {
        var wrong = Assert.Throws<UsageException>(() => ServeConfiguration.Load(null, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_DEVICE_THREADS"] = "-1" }));

        Assert.StartsWith("ACTORCOLORIZE_SERVE_DEVICE_THREADS: 'device.threads'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_are_named_together_and_must_be_there()
    {
        using var folder = new ScratchFolder();
        var there = Write(folder, "{}");

        Assert.Contains("belong together", Assert.Throws<UsageException>(() => ServeConfiguration.Load(null, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_GATEWAY_CERTIFICATE"] = there })).Message, StringComparison.Ordinal);
        Assert.Contains("'gateway.certificate' names", Assert.Throws<InputException>(() => ServeConfiguration.Load(null, "/data", new Hashtable { ["ACTORCOLORIZE_SERVE_GATEWAY_CERTIFICATE"] = there + ".not" })).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<InputException>(() => ServeConfiguration.Load(there + ".not", "/data", Nothing)).Message, StringComparison.Ordinal);
    }

    private static string Write(ScratchFolder folder, string json)
    {
        var file = Path.Combine(folder.Path, "daemon.json");
        File.WriteAllText(file, json);
        return file;
    }
}
