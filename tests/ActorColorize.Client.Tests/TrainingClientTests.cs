using System.Runtime.CompilerServices;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Client.Tests;

/// <summary>Guarantees to a client about training.</summary>
public sealed class TrainingClientTests
{
    [Fact]
    public async Task A_submission_whose_answers_are_lost_is_sent_again_under_the_same_id_and_key_in_the_clients_name()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync(
            new ClientLimits { AnswerWithin = TimeSpan.FromMilliseconds(200) },
            answersLost: 2
        );
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        var submission = await client.Runs.StartAsync(new TrainingRequest("/data", "/run"));

        Assert.Equal(new RunSubmission(ScriptedTraining.Run, true), submission);
        var sent = gateway.TrainingReceived.Cast<TrainingCommands.Submit>().Distinct().ToArray();
        Assert.Equal(3, gateway.TrainingReceived.Count);
        Assert.Equal(("painter", sent[0].Command.Value), (Assert.Single(sent).Client.Value, sent[0].Key));
    }

    [Fact]
    public async Task Commands_and_queries_are_answered()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        Assert.Equal(TrainingPhase.Pausing, await client.Runs.PauseAsync(ScriptedTraining.Run));
        Assert.Equal(TrainingPhase.Pausing, await client.Runs.StopAsync(ScriptedTraining.Run));
        Assert.Equal("mine", (await client.Runs.PromoteAsync(ScriptedTraining.Run, "mine", new StepNumber(400))).Name);
        Assert.Equal(["known"], (await client.ModelsAsync()).Select(model => model.Name));
        Assert.Equal(["run-0", "run-1", "run-2"], await client.Runs.ListAsync().Select(run => run.Run.Value).ToListAsync());
        Assert.Equal("name", (await client.Runs.ShowAsync(ScriptedTraining.Run)).Name);
    }

    [Fact]
    public async Task Refusals_and_unknown_ids_are_reported_in_one_line()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);

        async Task<(ClientProblem, string)> ProblemAsync(Func<Task> call) =>
            await Assert.ThrowsAsync<ColorizeClientException>(call) is var e ? (e.Problem, e.Message) : default;

        Assert.Equal(
            (ClientProblem.UnknownRun, "there is no run nobody"),
            await ProblemAsync(() => client.Runs.ShowAsync(new RunId("nobody")))
        );
        Assert.Equal(
            (ClientProblem.UnknownRun, "there is no run nobody"),
            await ProblemAsync(() => client.Runs.StopAsync(new RunId("nobody")))
        );
        Assert.Equal((ClientProblem.Refused, "it is complete"), await ProblemAsync(() => client.Runs.ResumeAsync(ScriptedTraining.Run)));
        Assert.Equal(
            (ClientProblem.Refused, "the disk is gone"),
            await ProblemAsync(() => client.Runs.CheckpointsAsync(ScriptedTraining.Run))
        );
        Assert.Equal(
            (ClientProblem.Refused, "the data folder 'data' is not an absolute path"),
            await ProblemAsync(() => client.Runs.StartAsync(new TrainingRequest("data", "/run")))
        );
        Assert.Equal(
            (ClientProblem.Refused, "the run folder is not a path of 1 to 4096 bytes"),
            await ProblemAsync(() => client.Runs.StartAsync(new TrainingRequest("/data", new string('/', 5000))))
        );
        Assert.Equal(
            (ClientProblem.Refused, "preset and configuration are mutually exclusive"),
            await ProblemAsync(() => client.Runs.StartAsync(new TrainingRequest("/data", "/run", Preset: "tiny", Configuration: "/c")))
        );
        Assert.Equal(
            (ClientProblem.Refused, ModelName.Form),
            await ProblemAsync(() => client.Runs.PromoteAsync(ScriptedTraining.Run, "../mine"))
        );
    }

    [Fact]
    public async Task A_watcher_sees_each_notice_once_across_a_restart_of_the_gateway_on_another_port()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);
        gateway.Training.Tell(new ScriptedTraining.Happen("begins"));

        var seen = new List<string>();
        await foreach (var updates in client.Runs.WatchAsync(ScriptedTraining.Run))
        {
            seen.AddRange(updates.Notices.Select(notice => notice.Text));
            if (updates.IsOver)
                continue;
            await gateway.CloseAsync();
            gateway.Training.Tell(
                seen.Count == 1 ? new ScriptedTraining.Happen("goes on") : new ScriptedTraining.Happen("ends", IsLast: true)
            );
            await gateway.OpenAsync();
        }

        Assert.Equal(["begins", "goes on", "ends"], seen);
    }

    [Fact]
    public void Every_command_gets_the_clients_name()
    {
        var commands = typeof(TrainingCommands)
            .GetNestedTypes()
            .Where(type => type.IsAssignableTo(typeof(TrainingCommands.ITrainingCommand)) && !type.IsInterface)
            .ToArray();
        Assert.NotEmpty(commands);
        foreach (var type in commands)
            Assert.Equal(
                "known",
                ClientTraining
                    .Of(new ClientId("known"), (TrainingCommands.ITrainingCommand)RuntimeHelpers.GetUninitializedObject(type))
                    .Client.Value
            );
    }

    [Theory]
    [InlineData("landscapes", true)]
    [InlineData("v1.2_b-3", true)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("-x", false)]
    [InlineData("a/b", false)]
    [InlineData("größe", false)]
    [InlineData("a b", false)]
    public void A_models_name_is_not_a_path(string text, bool isOne) => Assert.Equal(isOne, ModelName.IsOne(text));
}
