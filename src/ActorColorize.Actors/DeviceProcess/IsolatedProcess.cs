using System.Diagnostics;
using Akka.Actor;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>A device process of this machine, and the border to it.</summary>
internal sealed class IsolatedProcess : IDeviceProcess
{
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly ParentBorder _border;

    internal IsolatedProcess(Process process, ParentBorder border, IActorRef owner)
    {
        _process = process;
        _border = border;
        ProcessId = process.Id;
        Ended = EndAsync(owner);
    }

    /// <inheritdoc/>
    public int ProcessId { get; }

    /// <inheritdoc/>
    public Task<ProcessEnd> Ended { get; }

    /// <inheritdoc/>
    public void Tell(object message) => _border.Tell(message);

    /// <inheritdoc/>
    public void Abort()
    {
        if (OperatingSystem.IsWindows()) Kill();
        else if (!Ended.IsCompleted) PosixProcess.Abort(ProcessId);
    }

    /// <inheritdoc/>
    public void Kill()
    {
        if (!Ended.IsCompleted) _process.Kill();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _border.Dispose();
        if (Ended.IsCompleted) LetGo();
        else Ended.ContinueWith(_ => LetGo(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void LetGo()
    {
        // Streams that were used are not the process object's to close.
        _process.StandardInput.Dispose();
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private async Task<ProcessEnd> EndAsync(IActorRef owner)
    {
        var said = new OutputTail(_process.StandardOutput, line => owner.Tell(new ProcessLine(line)));
        var complained = new OutputTail(_process.StandardError, line => owner.Tell(new ProcessLine(line)));
        var output = Task.WhenAll(said.ReadAsync(), complained.ReadAsync());
        await _process.WaitForExitAsync();
        await Task.WhenAny(output, Task.Delay(LastWordsPatience)); // something that it started itself may hold its output open
        return new ProcessEnd(_process.ExitCode, _process.ExitCode == ProcessEnd.KilledCode ? null : complained.Last);
    }
}

/// <summary>A line that a device process wrote to standard output or standard error.</summary>
/// <param name="Text">The line.</param>
public sealed record ProcessLine(string Text);
