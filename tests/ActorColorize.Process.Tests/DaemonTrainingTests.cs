using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>Training on a daemon, by the built program's own commands, compared with <c>train</c> with the same seed.</summary>
public sealed class DaemonTrainingTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly DrawnDataset _data = new(training: 60);

    [Fact]
    public async Task A_run_is_started_watched_and_promoted_and_one_that_the_daemon_is_killed_under_ends_with_the_weights_of_train()
    {
        var alone = new TrainingCommand(_scratch, _data.Root, "alone");
        var reference = await ProgramRun.OfProgramAsync(_scratch, alone.Arguments);
        Assert.True(reference.ExitCode == 0, reference.Error);
        var first = new TrainingCommand(_scratch, _data.Root, "first");
        var second = new TrainingCommand(_scratch, _data.Root, "second");
        var gallery = Path.Combine(_scratch.Path, "grey");
        for (var i = 0; i < 3; i++)
            DrawnDataset.Draw(Path.Combine(gallery, $"{i}.jpg"), i, 60, 40, grey: true);
        string killed;
        using (var daemon = await StartDaemonAsync())
        {
            var run = Text(await SayAsync(0, Start(first, "spring")), "run");
            var watched = await SayAsync(0, "run", "watch", run, "--json");
            Assert.Equal(("completed", TrainingCommand.Steps), (Text(watched, "phase"), Json(watched)[^1].GetProperty("step").GetInt32()));
            Assert.Equal(alone.FinalWeightsHash(), first.FinalWeightsHash());
            Assert.Equal(run, Text(await SayAsync(0, "run", "list", "--json"), "run"));

            var checkpoints = Json(await SayAsync(0, "run", "checkpoints", run, "--json"));
            Assert.Equal(TrainingCommand.Steps, checkpoints[^1].GetProperty("step").GetInt32());
            var promoted = await SayAsync(0, "run", "promote", run, "--checkpoint", $"{TrainingCommand.Steps}", "--as", "drawn", "--json");
            var job = Text(await SayAsync(0, "job", "submit", gallery, "--out", "coloured", "--model", "drawn", "--json"), "job");
            var coloured = await SayAsync(0, "job", "watch", job, "--json");
            Assert.Equal((Text(promoted, "file"), 3), (Text(coloured, "model"), Json(coloured)[^1].GetProperty("done").GetInt32()));
            await RefusePromotionOfDamageAsync(run, first, Text(promoted, "file"));

            killed = Text(await SayAsync(0, Start(second, "summer")), "run");
            await daemon.UntilAsync(() => second.LastStep() >= 6, "step 6 of the second run");
            await daemon.KillAsync();
        }

        using var again = await StartDaemonAsync();
        Assert.Equal("completed", Text(await SayAsync(0, "run", "watch", killed, "--json"), "phase"));

        Assert.Equal(alone.FinalWeightsHash(), second.FinalWeightsHash());
        Assert.Equal(alone.Losses(), second.Losses());
        Assert.Equal(0, (await again.TerminateAsync()).ExitCode);
    }

    [Fact]
    public async Task A_run_stays_paused_across_a_daemons_restart_and_errors_are_one_line()
    {
        var command = new TrainingCommand(_scratch, _data.Root, "run");
        Assert.Contains("no daemon is running", Assert.Single((await SayAsync(8, "run", "list")).ErrorLines), StringComparison.Ordinal);
        string run;
        using (var daemon = await StartDaemonAsync())
        {
            var nothing = await SayAsync(4, "run", "start", "--data", Path.Combine(_scratch.Path, "nothing"), "--run", command.Run);
            Assert.StartsWith("error: data folder not found", Assert.Single(nothing.ErrorLines), StringComparison.Ordinal);
            var empty = Directory.CreateDirectory(Path.Combine(_scratch.Path, "empty")).FullName;
            await File.WriteAllTextAsync(Path.Combine(empty, "letter.txt"), "no picture");
            Assert.Contains(
                "cannot start",
                Assert.Single(
                    (await SayAsync(4, "run", "start", "--data", empty, "--run", Path.Combine(_scratch.Path, "no-pictures"))).ErrorLines
                ),
                StringComparison.Ordinal
            );
            Assert.Contains(
                "no model is named 'mine'",
                Assert.Single((await SayAsync(4, "job", "submit", _data.Root, "--out", "out", "--model", "mine")).ErrorLines),
                StringComparison.Ordinal
            );

            string[] start = [.. Start(command, "spring"), "--steps", "100000"];
            run = Text(await SayAsync(0, start), "run");
            Assert.Equal(run, Text(await SayAsync(0, start), "run"));
            await daemon.UntilAsync(() => command.LastStep() >= 2, "step 2");
            await SayAsync(0, "run", "pause", run);
            await daemon.UntilAsync(() => command.HasNoted("stopped"), "the pause");
            Assert.Equal("paused", Text(await SayAsync(0, "run", "show", run, "--json"), "phase"));
            var paused = command.LastStep();
            await SayAsync(0, "run", "resume", run);
            await daemon.UntilAsync(() => command.LastStep() > paused, "a step after the pause");
            Assert.Equal(0, (await daemon.TerminateAsync()).ExitCode);
        }

        var rested = command.LastStep();
        Assert.True(Directory.Exists(Path.Combine(command.Run, "checkpoints", $"step-{rested:D8}"))); // nothing was lost
        using var again = await StartDaemonAsync();
        await again.UntilAsync(() => command.LastStep() > rested, "the run to resume by itself");
        await SayAsync(0, "run", "stop", run);
        Assert.Contains("stopped at step", Assert.Single((await SayAsync(7, "run", "watch", run)).ErrorLines), StringComparison.Ordinal);
        var losses = command.Losses();
        Assert.Equal(Enumerable.Range(1, losses.Count).Select(step => (long)step), losses.Select(line => line.Step));
        var timeline = Json(await SayAsync(0, "run", "show", command.Run, "--json"))[^1];
        Assert.Equal(0, timeline.GetProperty("faults").GetArrayLength()); // neither a pause nor a rest is one
        Assert.Equal(3, timeline.GetProperty("openings").GetInt32());
    }

    public void Dispose()
    {
        _scratch.Dispose();
        _data.Dispose();
    }

    /// <summary>The arguments of <c>train</c>, as the daemon takes them.</summary>
    private static string[] Start(TrainingCommand command, string key) =>
        [
            "run",
            "start",
            "--data",
            command.Data,
            "--out",
            command.Run,
            "--config",
            command.ConfigurationFile,
            "--seed",
            "5",
            "--precision",
            "fp32",
            "--key",
            key,
            "--json",
        ];

    private async Task RefusePromotionOfDamageAsync(string run, TrainingCommand command, string good)
    {
        var weights = Path.Combine(command.Run, "checkpoints", $"step-{TrainingCommand.Steps:D8}", "model.safetensors");
        var bytes = await File.ReadAllBytesAsync(weights);
        bytes[^1] ^= 0x40;
        await File.WriteAllBytesAsync(weights, bytes);

        var refused = await SayAsync(4, "run", "promote", run, "--checkpoint", $"{TrainingCommand.Steps}", "--as", "drawn");

        Assert.Contains(weights, Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(good, Text(await SayAsync(0, "model", "list", "--json"), "file"));
        bytes[^1] ^= 0x40;
        await File.WriteAllBytesAsync(weights, bytes);
    }

    private async Task<RunningProgram> StartDaemonAsync()
    {
        var configuration = Path.Combine(_scratch.Path, "daemon.json");
        await File.WriteAllTextAsync(configuration, """{"device": {"name": "cpu", "threads": 1}}""");
        var gateway = Path.Combine(_scratch.Path, "data", "actorcolorize", "gateway.json");
        if (File.Exists(gateway))
            File.Delete(gateway); // of one that was killed
        var daemon = new RunningProgram(_scratch, "serve", "--config", configuration);
        await daemon.UntilAsync(() => File.Exists(gateway), "its gateway is open");
        return daemon;
    }

    private async Task<ProgramRun> SayAsync(int code, params string[] arguments)
    {
        var run = await ProgramRun.OfProgramAsync(_scratch, arguments);
        Assert.True(run.ExitCode == code, $"{string.Join(' ', arguments)}: exit code {run.ExitCode}: {run.Output}{run.Error}");
        return run;
    }

    private static List<JsonElement> Json(ProgramRun run) =>
        [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Text(ProgramRun run, string property) => Json(run)[^1].GetProperty(property).GetString()!;
}
