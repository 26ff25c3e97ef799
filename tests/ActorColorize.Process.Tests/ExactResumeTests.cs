using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

public sealed class ExactResumeTests
{
    private const int Steps = 200; // far beyond the last kill

    [Fact]
    public async Task A_run_killed_three_times_at_steps_drawn_from_seed_1_has_the_losses_and_weights_of_an_uninterrupted_run()
    {
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset(training: 60);
        var unbroken = new TrainingCommand(scratch, data.Root, "unbroken", Steps);
        Assert.Equal(0, (await ProgramRun.OfProgramAsync(scratch, unbroken.Arguments)).ExitCode);

        var broken = new TrainingCommand(scratch, data.Root, "broken", Steps);
        var random = new Random(1);
        var lowest = 1;
        for (var kill = 0; kill < 3; kill++)
        {
            var step = lowest + random.Next(9);
            using var program = new RunningProgram(scratch, broken.Arguments);
            await program.UntilAsync(() => broken.LastStep() >= step, $"step {step}");
            await program.KillAsync();
            Assert.InRange(broken.LastStep(), step, Steps - 1);
            lowest = step + 4;
        }

        var last = await ProgramRun.OfProgramAsync(scratch, broken.Arguments);

        Assert.Equal(0, last.ExitCode);
        Assert.Equal(Steps, unbroken.Losses().Count);
        Assert.Equal(unbroken.Losses(), broken.Losses());
        Assert.Equal(unbroken.FinalWeightsHash(), broken.FinalWeightsHash());
    }

    [Fact]
    public async Task A_mixed_run_in_stages_killed_in_each_stage_has_the_losses_and_weights_of_an_uninterrupted_run()
    {
        const int stage = 120; // long: a step is noticed, and the program killed, some steps later
        const int steps = 3 * stage;
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset(training: 60);
        using var other = new DrawnDataset(training: 20);
        string[] more = ["--data", other.Root, "--shares", "3,1"];
        var unbroken = new TrainingCommand(scratch, data.Root, "unbroken", steps, TrainingCommand.Staged(stage));
        Assert.Equal(0, (await ProgramRun.OfProgramAsync(scratch, [.. unbroken.Arguments, .. more])).ExitCode);

        var broken = new TrainingCommand(scratch, data.Root, "broken", steps, TrainingCommand.Staged(stage));
        foreach (var step in (int[])[20, stage + 20, (2 * stage) + 20]) // checkpoints are at multiples of 7
        {
            using var program = new RunningProgram(scratch, [.. broken.Arguments, .. more]);
            await program.UntilAsync(() => broken.LastStep() >= step, $"step {step}");
            await program.KillAsync();
            Assert.InRange(broken.LastStep(), step, steps - 1);
        }

        var last = await ProgramRun.OfProgramAsync(scratch, [.. broken.Arguments, .. more]);

        Assert.True(last.ExitCode == 0, last.Output + last.Error);
        Assert.Equal(steps, unbroken.Losses().Count);
        Assert.Equal(unbroken.Losses(), broken.Losses());
        Assert.Equal(unbroken.FinalWeightsHash(), broken.FinalWeightsHash());
    }

    [Fact]
    public async Task SIGTERM_saves_and_exits_with_0_and_a_command_with_data_and_folder_resumes()
    {
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset(training: 60);
        var command = new TrainingCommand(scratch, data.Root, "run", Steps);
        using var program = new RunningProgram(scratch, command.Arguments);
        await program.UntilAsync(() => command.LastStep() >= 2, "step 2");

        var stopped = await program.TerminateAsync();
        var saved = Directory.GetDirectories(Path.Combine(command.Run, "checkpoints"));
        var resumed = await ProgramRun.OfProgramAsync(scratch, "train", "--data", data.Root, "--run", command.Run);

        Assert.Equal(0, stopped.ExitCode);
        Assert.NotEmpty(saved);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("resumed from step", resumed.Output);
        Assert.Equal(Steps, command.LastStep());
    }

    [Fact]
    public async Task The_dashboard_of_a_command_shows_its_run_takes_no_other_and_stops_it()
    {
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset(training: 60);
        var command = new TrainingCommand(scratch, data.Root, "run", steps: 100_000);
        using var program = new RunningProgram(scratch, [.. command.Arguments, "--ui"]);
        await program.UntilAsync(() => command.LastStep() >= 2, "step 2");
        var folder = Path.Combine(command.Run, "dashboard");
        var server = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "rest.json"))).RootElement;
        using var client = new HttpClient { BaseAddress = new Uri(server.GetProperty("url").GetString()!) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/daemon")).StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.GetProperty("token").GetString());

        var own = (await client.GetFromJsonAsync<JsonElement>("/v1/daemon")).GetProperty("command");
        var run = own.GetProperty("subject").GetString();
        var shown = await client.GetFromJsonAsync<JsonElement>($"/v1/runs/{run}");
        var other = await client.PostAsJsonAsync("/v1/runs", new { data = command.Data, folder = "/elsewhere" });
        var job = await client.PostAsJsonAsync("/v1/jobs", new { input = command.Data, output = "/elsewhere" });

        Assert.Equal("train", own.GetProperty("name").GetString());
        Assert.Equal(("running", 100_000), (shown.GetProperty("phase").GetString(), shown.GetProperty("total_steps").GetInt32()));
        foreach (var refused in new[] { other, job })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("that of one 'train' command", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        (await client.PostAsync($"/v1/runs/{run}/stop", null)).EnsureSuccessStatusCode();
        var stopped = await program.EndAsync();
        Assert.True(stopped.ExitCode == 0, stopped.Error);
        Assert.Contains("stopped and saved", stopped.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "rest.json")));
    }
}
