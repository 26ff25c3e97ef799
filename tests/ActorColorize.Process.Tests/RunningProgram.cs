using System.Diagnostics;

namespace ActorColorize.Process.Tests;

/// <summary>The built program while it runs, to be killed or signalled.</summary>
internal sealed class RunningProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ScratchFolder _scratch;
    private readonly System.Diagnostics.Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    internal RunningProgram(ScratchFolder scratch, params IReadOnlyList<string> arguments)
        : this(scratch, [], arguments) { }

    /// <summary>Starts the program through another one that executes it, such as <c>ip netns exec NAME</c>.</summary>
    internal RunningProgram(ScratchFolder scratch, IReadOnlyList<string> through, IReadOnlyList<string> arguments)
    {
        string[] command = [.. through, Installation.Program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = scratch.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_STATE_HOME"] = Path.Combine(scratch.Path, "state");
        start.Environment["XDG_DATA_HOME"] = Path.Combine(scratch.Path, "data");
        start.Environment["XDG_CACHE_HOME"] = ScratchFolder.SharedCache;
        foreach (var (name, value) in scratch.Environment)
            start.Environment[name] = value;
        _scratch = scratch;
        _process = System.Diagnostics.Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Its process id.</summary>
    internal int Id => _process.Id;

    /// <summary>Waits until a condition holds; a program that ends first fails the test.</summary>
    internal async Task UntilAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            Assert.False(
                _process.HasExited,
                $"the program ended before {what}: {(_process.HasExited ? await _output + await _error : "")}"
            );
            if (clock.Elapsed > Patience)
                throw await StuckAsync($"{what} did not happen");
            await tick.WaitForNextTickAsync();
        }
    }

    /// <summary>Its device process; while one is being replaced, waits for the next.</summary>
    internal async Task<int> DeviceAsync()
    {
        int? device = null;
        await UntilAsync(() => (device = DeviceProcesses.Of(Id)) is not null, "it has a device process");
        return device!.Value;
    }

    /// <summary>Sends SIGKILL.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    internal async Task<ProgramRun> TerminateAsync()
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    /// <summary>Waits for the end.</summary>
    internal Task<ProgramRun> EndAsync() => EndAsync(Patience);

    /// <summary>Waits for the end, with a timeout.</summary>
    internal async Task<ProgramRun> EndAsync(TimeSpan atMost)
    {
        using var patience = new CancellationTokenSource(atMost);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw await StuckAsync("it did not end");
        }

        return new ProgramRun(_process.ExitCode, await _output, await _error);
    }

    private async Task<TimeoutException> StuckAsync(string what)
    {
        var stuck = StuckProgram.Described(_process.Id, _scratch.Path);
        _process.Kill(entireProcessTree: true);
        return new TimeoutException($"{what}; the program wrote: {await _output}{await _error}\n{stuck}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
