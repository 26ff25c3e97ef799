using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Client.Tests;

/// <summary>Guarantees to a client.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task A_command_whose_answers_are_lost_is_retried_and_executed_once()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync(
            new ClientLimits { AnswerWithin = TimeSpan.FromMilliseconds(200) },
            answersLost: 2
        );
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        var submission = await client.Jobs.SubmitAsync(new JobRequest("/in", "/out"), "spring");

        Assert.Equal(new JobSubmission(ScriptedJobs.Job, true), submission);
        var submit = Assert.IsType<JobCommands.Submit>(Assert.Single(gateway.CarriedOut));
        Assert.Equal(("painter", "spring"), (submit.Client.Value, submit.Key));
    }

    [Fact]
    public async Task Commands_are_acknowledged_in_the_clients_own_name()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        Assert.Equal(JobPhase.Running, await client.Jobs.PauseAsync(ScriptedJobs.Job, "lunch", TimeSpan.FromMinutes(1)));
        Assert.Equal(JobPhase.Running, await client.Jobs.ResumeAsync(ScriptedJobs.Job));
        Assert.Equal(JobPhase.Running, await client.Jobs.SetPriorityAsync(ScriptedJobs.Job, JobPriority.High));
        Assert.Equal(JobPhase.Running, await client.Jobs.CancelAsync(ScriptedJobs.Job));
        Assert.Equal(new JobRetry(3, 1), await client.Jobs.RetryAsync(ScriptedJobs.Job));

        Assert.Equal(5, gateway.CarriedOut.Count);
        Assert.All(gateway.CarriedOut.Cast<JobCommands.IJobCommand>(), command => Assert.Equal("painter", command.Client.Value));
    }

    [Fact]
    public async Task The_nodes_of_a_cluster_are_listed()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        var page = await client.NodesAsync();

        Assert.Equal(OpenGateway.Node, Assert.Single(page.Nodes));
        Assert.Equal(["10.0.0.2:4588"], page.Coordinators!.Missing());
        Assert.Equal("2 of 3 coordinators (10.0.0.2:4588 is missing); losing one more stops the cluster", page.Coordinators.InWords());
    }

    [Fact]
    public async Task A_client_with_several_addresses_fails_over_when_its_gateway_is_gone()
    {
        using var authority = new PrivateAuthority();
        await using var one = await OpenGateway.ForClientsOfAsync(authority);
        await using var other = await OpenGateway.ForClientsOfAsync(authority);
        using var certificate = authority.ForClient("painter");
        var options = one.With(authority.Files(certificate, one.Folder)) with { Daemon = $"127.0.0.1:{one.Port}, 127.0.0.1:{other.Port}" };
        await using var client = await ColorizeClient.ConnectAsync(options);
        await client.Jobs.PauseAsync(ScriptedJobs.Job);
        Assert.Equal((1, 0), (one.CarriedOut.Count, other.CarriedOut.Count));

        await one.CloseAsync();
        await client.Jobs.ResumeAsync(ScriptedJobs.Job);
        await using var newcomer = await ColorizeClient.ConnectAsync(options);

        Assert.IsType<JobCommands.Resume>(Assert.Single(other.CarriedOut));
        Assert.Equal((1, "painter"), (one.CarriedOut.Count, newcomer.Name.Value));
        await one.OpenAsync();
    }

    [Fact]
    public async Task A_client_leaves_a_gateway_that_cannot_reach_the_leader()
    {
        using var authority = new PrivateAuthority();
        await using var cutOff = await OpenGateway.ForClientsOfAsync(
            authority,
            new ClientLimits { AnswerWithin = TimeSpan.FromMilliseconds(200) },
            answersLost: int.MaxValue
        );
        await using var other = await OpenGateway.ForClientsOfAsync(authority);
        using var certificate = authority.ForClient("painter");
        var options = cutOff.With(authority.Files(certificate, cutOff.Folder)) with
        {
            Daemon = $"127.0.0.1:{cutOff.Port},127.0.0.1:{other.Port}",
        };
        await using var client = await ColorizeClient.ConnectAsync(options);

        await client.Jobs.PauseAsync(ScriptedJobs.Job);

        Assert.IsType<JobCommands.Pause>(Assert.Single(other.CarriedOut));
    }

    [Fact]
    public async Task Refusals_and_unknown_ids_are_reported_in_one_line()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        var unknown = await Assert.ThrowsAsync<ColorizeClientException>(() => client.Jobs.ShowAsync(new JobId("no-such-job")));
        var nowhere = await Assert.ThrowsAsync<ColorizeClientException>(() => client.Jobs.SubmitAsync(new JobRequest("/nowhere", "/out")));
        var relative = await Assert.ThrowsAsync<ColorizeClientException>(() => client.Jobs.SubmitAsync(new JobRequest("in", "/out")));
        var strength = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            client.Jobs.SubmitAsync(new JobRequest("/in", "/out", Strength: double.NaN))
        );

        Assert.Equal((ClientProblem.UnknownJob, "there is no job no-such-job"), (unknown.Problem, unknown.Message));
        Assert.Equal((ClientProblem.Refused, "/nowhere: no such file or folder"), (nowhere.Problem, nowhere.Message));
        Assert.Equal("the input 'in' is not an absolute path", relative.Message);
        Assert.Equal("strength must be from 0 to 1, not NaN", strength.Message);
        Assert.Empty(gateway.CarriedOut);
    }

    [Fact]
    public async Task An_unreadable_answer_is_retried_until_patience_ends_and_then_reported_with_its_reason()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        var told = new List<string>();
        await using var client = await ColorizeClient.ConnectAsync(
            gateway.Options with
            {
                Patience = TimeSpan.FromSeconds(4),
                OnWaiting = told.Add,
            }
        );

        var away = await Assert.ThrowsAsync<ColorizeClientException>(() => client.Jobs.ShowAsync(ScriptedJobs.OutOfReach));

        Assert.Equal(ClientProblem.Unavailable, away.Problem);
        Assert.StartsWith("the database is away (tried for ", away.Message, StringComparison.Ordinal);
        Assert.StartsWith("the database is away; trying for another ", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_are_read_page_by_page()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        var jobs = await client.Jobs.ListAsync().Select(job => job.Job.Value).ToListAsync();
        var errors = await client.Jobs.ErrorsAsync(ScriptedJobs.Job).Select(error => error.Number).ToListAsync();

        Assert.Equal(Enumerable.Range(0, 6).Select(i => $"job-{i}"), jobs);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => (long)i), errors);
    }

    [Fact]
    public async Task A_watcher_sees_each_event_once_across_a_restart_of_the_gateway_on_another_port()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);
        gateway.Jobs.Tell(new ScriptedJobs.Happen(20));

        var seen = new List<long>();
        var gatewaysSeen = 1;
        await foreach (var updates in client.Jobs.WatchAsync(ScriptedJobs.Job))
        {
            seen.AddRange(updates.Events.Select(numbered => numbered.Sequence));
            if (updates.IsOver || seen[^1] != 20 * gatewaysSeen)
                continue;
            await gateway.CloseAsync();
            gateway.Jobs.Tell(new ScriptedJobs.Happen(20, IsLast: ++gatewaysSeen == 4));
            await gateway.OpenAsync();
        }

        Assert.Equal(Enumerable.Range(1, 80).Select(i => (long)i), seen);
        Assert.Equal(4, gatewaysSeen);
    }

    [Fact]
    public async Task A_waiting_watcher_is_notified_of_the_next_event()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);
        await using var watching = client.Jobs.WatchAsync(ScriptedJobs.Job).GetAsyncEnumerator();

        var first = watching.MoveNextAsync();
        Assert.False(first.IsCompleted);
        gateway.Jobs.Tell(new ScriptedJobs.Happen(1, IsLast: true));

        Assert.True(await first);
        Assert.True(watching.Current.IsOver);
        Assert.False(await watching.MoveNextAsync());
    }

    [Fact]
    public async Task A_client_that_asks_too_fast_is_throttled_and_still_gets_every_answer()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync(new ClientLimits(PerSecond: 50, Burst: 5, InFlight: 3));
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.WorkersAsync()));

        Assert.Equal(30, answers.Length);
        Assert.Contains("painter is throttled", await gateway.Log.LineAsync("is throttled"));
    }

    [Fact]
    public async Task A_client_may_not_have_more_open_jobs_than_its_quota()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync(new ClientLimits(OpenJobs: 6));
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        var refused = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            client.Jobs.SubmitAsync(new JobRequest("/in", "/out"), "one more")
        );
        var again = await client.Jobs.SubmitAsync(new JobRequest("/in", "/out"), "key-5"); // is open already

        Assert.Contains("6 open jobs", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ScriptedJobs.Job, again.Job);
    }

    [Fact]
    public async Task A_missing_daemon_is_reported()
    {
        using var folder = new EmptyFolder();

        var nobody = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(new ClientOptions { DataFolder = folder.Path })
        );

        Assert.Equal(ClientProblem.Unreachable, nobody.Problem);
        Assert.StartsWith("no daemon is running with the data folder", nobody.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_was_killed_and_left_its_file_is_unreachable()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await gateway.CloseAsync();

        var gone = await Assert.ThrowsAsync<ColorizeClientException>(() => ColorizeClient.ConnectAsync(gateway.Options));
        await gateway.OpenAsync();

        Assert.Equal(ClientProblem.Unreachable, gone.Problem);
    }

    [Fact]
    public void Every_command_gets_the_clients_name()
    {
        var commands = typeof(JobCommands)
            .GetNestedTypes()
            .Where(type => type.IsAssignableTo(typeof(JobCommands.IJobCommand)) && !type.IsInterface)
            .ToArray();
        Assert.NotEmpty(commands);
        foreach (var type in commands)
        {
            var command = (JobCommands.IJobCommand)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
            Assert.Equal("known", ClientCommands.Of(new ClientId("known"), command).Client.Value);
        }
    }

    private sealed class EmptyFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("no-daemon-").FullName;

        public void Dispose() => Directory.Delete(Path);
    }
}
