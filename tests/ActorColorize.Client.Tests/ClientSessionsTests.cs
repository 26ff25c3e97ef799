using ActorColorize.Gateway;
using ActorColorize.Protocol;

namespace ActorColorize.Client.Tests;

/// <summary>A client is the same on every server of the daemon.</summary>
public sealed class ClientSessionsTests
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_client_has_one_session_on_all_servers()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        var asSame = await gateway.Gateway.AskAsync(client.Name, new GatewayCommands.ShowDaemon(), Within);
        var asAnother = await gateway.Gateway.AskAsync(new ClientId("sculptor"), new GatewayCommands.ShowDaemon(), Within);

        Assert.Equal(1, Assert.IsType<GatewayAnswers.DaemonStatus>(asSame).Clients);
        Assert.Equal(2, Assert.IsType<GatewayAnswers.DaemonStatus>(asAnother).Clients);
    }

    [Fact]
    public async Task Messages_from_other_servers_are_checked_and_named_like_those_of_the_gateway()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync(new ClientLimits(Burst: 3, PerSecond: 0.01));
        var painter = new ClientId("painter");

        var relative = await gateway.Gateway.AskAsync(
            painter,
            new GatewayCommands.SubmitJob(CommandId.New(), "key", JobPriority.Normal, new JobRequest("photos", "/out")),
            Within
        );
        var paused = await gateway.Gateway.AskAsync(
            painter,
            new JobCommands.Pause(CommandId.New(), new ClientId("somebody else"), ScriptedJobs.Job, "", null),
            Within
        );
        var strange = await gateway.Gateway.AskAsync(painter, "a text", Within);
        await gateway.Gateway.AskAsync(painter, new JobQueries.Workers(), Within);
        var tooMuch = await gateway.Gateway.AskAsync(painter, new JobQueries.Workers(), Within);

        Assert.Equal(JobRefusal.Invalid, Assert.IsType<JobAnswers.Refused>(relative).Kind);
        Assert.IsType<JobAnswers.Acknowledged>(paused);
        Assert.Equal(painter, Assert.IsType<JobCommands.Pause>(Assert.Single(gateway.CarriedOut)).Client);
        Assert.Equal(GatewayRefusal.NotForClients, Assert.IsType<GatewayAnswers.Refused>(strange).Kind);
        Assert.Equal(GatewayRefusal.TooFast, Assert.IsType<GatewayAnswers.Refused>(tooMuch).Kind);
    }

    [Fact]
    public async Task Clients_above_the_limit_are_refused_with_the_reason()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync(new ClientLimits(Clients: 1));
        await gateway.Gateway.AskAsync(new ClientId("painter"), new JobQueries.Workers(), Within);

        var refused = await gateway.Gateway.AskAsync(new ClientId("sculptor"), new JobQueries.Workers(), Within);

        Assert.Equal(GatewayRefusal.TooManyClients, Assert.IsType<GatewayAnswers.Refused>(refused).Kind);
    }

    [Fact]
    public async Task A_closed_gateway_refuses_immediately()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        var closed = gateway.Gateway;
        await gateway.CloseAsync();

        var answer = await closed.AskAsync(new ClientId("painter"), new JobQueries.Workers(), Within);

        Assert.Equal(GatewayRefusal.Unavailable, Assert.IsType<GatewayAnswers.Refused>(answer).Kind);
        await gateway.OpenAsync();
    }
}
