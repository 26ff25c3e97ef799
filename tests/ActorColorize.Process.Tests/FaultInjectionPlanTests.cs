using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>Fault injection on the built program.</summary>
public sealed class FaultInjectionPlanTests
{
    private const string Patient = "firstBackoffSeconds=0.1,stepsUntilGrowth=1,sameStepFailures=20,faultsPerHour=1000";

    [Fact]
    public async Task A_run_with_all_kinds_of_faults_and_a_killed_parent_has_the_results_of_an_uninterrupted_run_and_reports_each_fault()
    {
        const string Injection = "oom@3,nan@6,sticky@9,segv@14,crash@18,kill@22,data@26,slow-disk@27,hang@30,stop@35";
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset(training: 60);
        var unbroken = new TrainingCommand(scratch, data.Root, "unbroken");
        Assert.Equal(0, (await ProgramRun.OfProgramAsync(scratch, unbroken.Arguments)).ExitCode);
        var broken = new TrainingCommand(scratch, data.Root, "broken");
        string[] arguments =
        [
            .. broken.Arguments,
            "--isolate",
            "on",
            "--device-deadline",
            "5",
            "--recovery",
            Patient,
            "--inject",
            Injection,
        ];
        foreach (var step in new[] { 11, 24 })
        {
            using var program = new RunningProgram(scratch, arguments);
            await program.UntilAsync(() => broken.LastStep() >= step, $"step {step}");
            await program.KillAsync();
        }

        var last = await ProgramRun.OfProgramAsync(scratch, arguments);
        var shown = await ProgramRun.OfProgramAsync(scratch, "run", "show", broken.Run, "--json");

        Assert.True(last.ExitCode == 0, last.Error);
        Assert.Equal(unbroken.Losses(), broken.Losses());
        Assert.Equal(unbroken.FinalWeightsHash(), broken.FinalWeightsHash());
        Assert.Equal(10, File.ReadAllLines(Path.Combine(broken.Run, "injected.jsonl")).Length);
        var timeline = JsonDocument.Parse(shown.Output).RootElement;
        Assert.Equal("completed", timeline.GetProperty("state").GetString());
        var told = timeline
            .GetProperty("faults")
            .EnumerateArray()
            .Select(fault => fault.GetProperty("fault").GetString()!)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string> { "OutOfMemory", "NonFinite", "Sticky", "ProcessDeath", "Crash", "Hang" }, told);
        Assert.True(timeline.GetProperty("lost_steps").GetInt64() > 0);
    }

    [Fact]
    public async Task A_lost_context_without_isolation_ends_with_exit_code_7_and_one_line_and_the_same_command_resumes()
    {
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset(training: 60);
        var command = new TrainingCommand(scratch, data.Root, "run");
        string[] arguments = [.. command.Arguments, "--inject", "sticky@6"];

        var failed = await ProgramRun.OfProgramAsync(scratch, arguments);
        var resumed = await ProgramRun.OfProgramAsync(scratch, arguments);

        Assert.Equal(7, failed.ExitCode);
        Assert.Contains(
            "--isolate on",
            Assert.Single(failed.ErrorLines, line => line.StartsWith("error: run", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(Path.Combine(command.Run, "failure.json")));
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(TrainingCommand.Steps, command.LastStep());
    }

    [Theory]
    [InlineData("oom@never", "--inject oom@never: 'never' is not a valid step")]
    [InlineData("hang@3", "--inject hang needs the device in a separate process: add --isolate on")]
    public async Task An_invalid_fault_injection_is_refused_in_one_line(string injection, string message)
    {
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset(training: 8);
        var command = new TrainingCommand(scratch, data.Root, "run");

        var refused = await ProgramRun.OfProgramAsync(scratch, [.. command.Arguments, "--inject", injection]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(message, Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }
}
