using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>Training with the device in a separate process, whose faults must not change the result.</summary>
public sealed class IsolatedTrainingTests : IDisposable
{
    private const int Steps = 200; // far beyond the last kill

    private static readonly string[] Isolated = ["--isolate", "--device-deadline", "4"];

    private readonly ScratchFolder _scratch = new();
    private readonly DrawnDataset _data = new(training: 60);

    public void Dispose()
    {
        _scratch.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Killing_device_process_parent_and_both_at_steps_drawn_from_seed_2_gives_the_weights_of_an_uninterrupted_run()
    {
        var unbroken = new TrainingCommand(_scratch, _data.Root, "unbroken", Steps);
        Assert.Equal(0, (await ProgramRun.OfProgramAsync(_scratch, unbroken.Arguments)).ExitCode);
        var broken = new TrainingCommand(_scratch, _data.Root, "broken", Steps);
        var random = new Random(2);

        using (var program = Start(broken))
        {
            for (var lowest = 1; lowest <= 11; lowest += 10)
                await KillDeviceAsync(program, broken, lowest + random.Next(5));
            await ReachAsync(program, broken, 21 + random.Next(3));
            var orphan = await program.DeviceAsync();
            await program.KillAsync();
            await DeviceProcesses.UntilGoneAsync(orphan); // it may not hold the device any longer
            Assert.InRange(broken.LastStep(), 21, Steps - 1);
        }

        using (var program = Start(broken))
        {
            await ReachAsync(program, broken, 28 + random.Next(3));
            DeviceProcesses.Send(await program.DeviceAsync(), DeviceProcesses.Kill);
            await program.KillAsync();
            Assert.InRange(broken.LastStep(), 28, Steps - 1);
        }

        using var last = Start(broken);
        var end = await last.EndAsync();

        Assert.Equal(0, end.ExitCode);
        Assert.Equal(unbroken.Losses(), broken.Losses());
        Assert.Equal(unbroken.FinalWeightsHash(), broken.FinalWeightsHash());
    }

    [Fact]
    public async Task A_suspended_device_process_is_replaced_and_the_run_completes_correctly()
    {
        var unbroken = new TrainingCommand(_scratch, _data.Root, "unbroken", Steps);
        Assert.Equal(0, (await ProgramRun.OfProgramAsync(_scratch, unbroken.Arguments)).ExitCode);
        var stopped = new TrainingCommand(_scratch, _data.Root, "stopped", Steps);
        using var program = Start(stopped);
        await ReachAsync(program, stopped, 6);
        var device = await program.DeviceAsync();

        DeviceProcesses.Send(device, DeviceProcesses.Stop);
        await DeviceProcesses.UntilGoneAsync(device);
        var end = await program.EndAsync();

        Assert.Equal(0, end.ExitCode);
        Assert.Contains("no heartbeat", end.Error, StringComparison.Ordinal);
        Assert.Equal(unbroken.FinalWeightsHash(), stopped.FinalWeightsHash());
    }

    [Theory]
    [InlineData(DeviceProcesses.Interrupt)]
    [InlineData(DeviceProcesses.Terminate)]
    public async Task A_signal_to_parent_and_device_process_alike_saves_and_exits_with_0(int signal)
    {
        var command = new TrainingCommand(_scratch, _data.Root, "run", Steps);
        using var program = Start(command);
        await ReachAsync(program, command, 2);
        var device = await program.DeviceAsync();

        DeviceProcesses.Send(device, signal); // as a terminal and a service manager send it: to every process of the group
        DeviceProcesses.Send(program.Id, signal);
        var end = await program.EndAsync();

        Assert.Equal(0, end.ExitCode);
        Assert.Contains("in a separate process", end.Output, StringComparison.Ordinal);
        Assert.Contains("stopped and saved", end.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", end.Error, StringComparison.Ordinal);
        Assert.True(DeviceProcesses.IsGone(device));
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(command.Run, "checkpoints")));
    }

    [Fact]
    public async Task Without_the_option_a_CPU_device_is_in_the_programs_own_process()
    {
        var command = new TrainingCommand(_scratch, _data.Root, "run");

        var run = await ProgramRun.OfProgramAsync(_scratch, command.Arguments);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("in this process", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(command.Run, "logs", "device.log")));
    }

    [Fact]
    public async Task The_commands_of_the_program_itself_do_nothing_by_hand()
    {
        var process = await ProgramRun.OfProgramAsync(_scratch, "device-process");
        var help = await ProgramRun.OfProgramAsync(_scratch, "--help");

        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("not for use by hand", Assert.Single(process.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain("device-process", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_precision_of_a_device_can_be_measured_in_a_separate_process()
    {
        var measured = await ProgramRun.OfProgramAsync(_scratch, "device-precision", "cpu");
        var absent = await ProgramRun.OfProgramAsync(_scratch, "device-precision", "cuda:99");

        Assert.Equal(0, measured.ExitCode);
        Assert.Matches("\"Reason\":\"(bf16 is|this processor has no bf16)", measured.Output);
        Assert.Equal(6, absent.ExitCode);
        Assert.Contains("cuda:99", Assert.Single(absent.ErrorLines), StringComparison.Ordinal);
    }

    private RunningProgram Start(TrainingCommand command) => new(_scratch, [.. command.Arguments, .. Isolated]);

    private static Task ReachAsync(RunningProgram program, TrainingCommand command, int step) =>
        program.UntilAsync(() => command.LastStep() >= step, $"step {step}");

    private static async Task KillDeviceAsync(RunningProgram program, TrainingCommand command, int step)
    {
        await ReachAsync(program, command, step);
        var device = await program.DeviceAsync();
        DeviceProcesses.Send(device, DeviceProcesses.Kill);
        await program.UntilAsync(() => DeviceProcesses.Of(program.Id) is { } next && next != device, "a new device process");
    }
}
