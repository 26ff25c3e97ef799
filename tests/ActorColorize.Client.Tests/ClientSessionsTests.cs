using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Microsoft.Extensions.Hosting;

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

    [Fact]
    public async Task A_fault_while_a_client_is_answered_is_logged_with_its_exception_and_what_it_was_about()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync(new ClientLimits { AnswerWithin = TimeSpan.FromMilliseconds(100) });
        var painter = new ClientId("painter");

        var broken = await gateway.Gateway.AskAsync(
            painter,
            new GatewayCommands.SubmitJob(CommandId.New(), "key-7", JobPriority.Normal, new JobRequest("/broken", "/out")),
            Within
        );
        for (var i = 0; i < 2; i++)
        {
            var unanswered = await gateway.Gateway.AskAsync(painter, new JobQueries.Items(ScriptedJobs.Job, null, -1, 1), Within);
            Assert.Equal(GatewayRefusal.Unavailable, Assert.IsType<GatewayAnswers.Refused>(unanswered).Kind);
        }

        Assert.Equal(GatewayRefusal.Unavailable, Assert.IsType<GatewayAnswers.Refused>(broken).Kind);
        await gateway.Log.LineAsync("Error", "SubmitJob of painter under key key-7 failed", "a fault of the program");
        await gateway.Log.LineAsync("Warning", $"Items of painter about job {ScriptedJobs.Job}", "not answered in time");
        Assert.Equal(1, gateway.Log.Count("not answered in time"));
    }

    [Fact]
    public async Task A_gateway_whose_host_does_not_stop_in_time_is_opened_again()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await gateway.CloseAsync();
        var opened = 0;
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await gateway.OpenAsync(with: host =>
        {
            if (++opened == 2)
                again.SetResult();
            return new UnstoppableHost(host);
        });

        await gateway.Gateway.System.Terminate();

        await again.Task.WaitAsync(Within);
        await gateway.Log.LineAsync("did not stop cleanly");
        await gateway.RequireAliveAsync(gateway.Options);
    }

    /// <summary>Stopping it takes longer than it has.</summary>
    private sealed class UnstoppableHost(IHost host) : IHost
    {
        public IServiceProvider Services => host.Services;

        public Task StartAsync(CancellationToken cancellationToken = default) => host.StartAsync(cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken = default)
        {
            await host.StopAsync(cancellationToken);
            throw new OperationCanceledException("the shutdown timeout has passed");
        }

        public void Dispose() => host.Dispose();
    }
}
