using ActorColorize.Client.Tests;
using ActorColorize.Gateway;

namespace ActorColorize.Rest.Tests;

/// <summary>The start of the server.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task A_port_that_is_taken_is_an_exception_and_no_line_in_the_log()
    {
        await using var first = await TestRestServer.ForItsOwnerAsync();
        using var log = new RecordedLog();

        var refused = await Assert.ThrowsAsync<GatewayException>(() =>
            TestRestServer.ForItsOwnerAsync(with: settings => settings with { Port = first.Server.Address.Port }, log: log)
        );

        Assert.Matches($"^REST cannot listen on 127.0.0.1:{first.Server.Address.Port}: .*in use", refused.Message);
        Assert.Equal((0, 0), (log.Count("Hosting failed"), log.Count("Error:")));
    }

    [Fact]
    public async Task What_else_the_host_says_is_logged()
    {
        using var log = new RecordedLog();

        await using var server = await TestRestServer.ForItsOwnerAsync(log: log);

        await log.LineAsync("Hosting started");
    }
}
