using System.Diagnostics;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>A process of this program that this one has started: what it writes is passed on, and how it ends is told.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int AbortSignal = 6; // ends with a core dump, where those are on
    private const int KillSignal = 9;
    private const int TerminateSignal = 15;

    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly PosixProcessHandle? _handle;

    /// <summary>Takes care of a process with redirected streams.</summary>
    /// <param name="process">The process.</param>
    /// <param name="said">Called with each line of standard output.</param>
    /// <param name="complained">Called with each line of standard error.</param>
    internal ChildProcess(Process process, Action<string> said, Action<string> complained)
    {
        _process = process;
        Id = process.Id;
        // On Linux signals go to the process itself: its id may be another's as soon as the runtime has waited for it.
        _handle = OperatingSystem.IsLinux() ? PosixProcessHandle.Open(process) : null;
        Ended = EndAsync(said, complained);
    }

    internal int Id { get; }

    /// <summary>Completed when the process is gone.</summary>
    internal Task<ProcessEnd> Ended { get; }

    /// <summary>SIGTERM.</summary>
    internal void Terminate() => Send(TerminateSignal);

    /// <summary>SIGABRT.</summary>
    internal void Abort() => Send(AbortSignal);

    /// <summary>SIGKILL.</summary>
    internal void Kill() => Send(KillSignal);

    private void Send(int signal)
    {
        if (Ended.IsCompleted)
            return;
        if (OperatingSystem.IsLinux() && _handle is not null)
            _handle.Send(signal);
        else if (OperatingSystem.IsWindows() || signal == KillSignal)
            _process.Kill();
        else if (!_process.HasExited)
            PosixProcess.Send(Id, signal);
    }

    /// <summary>Lets go of it, once it is gone.</summary>
    public void Dispose()
    {
        if (Ended.IsCompleted)
            LetGo();
        else
            Ended.ContinueWith(_ => LetGo(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void LetGo()
    {
        // Streams that were used are not the process object's to close.
        _process.StandardInput.Dispose();
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
        _handle?.Dispose();
    }

    private async Task<ProcessEnd> EndAsync(Action<string> onSaid, Action<string> onComplained)
    {
        var said = new OutputTail(_process.StandardOutput, onSaid);
        var complained = new OutputTail(_process.StandardError, onComplained);
        var output = Task.WhenAll(said.ReadAsync(), complained.ReadAsync());
        await _process.WaitForExitAsync();
        await Task.WhenAny(output, Task.Delay(LastWordsPatience)); // something that it started itself may hold its output open
        return new ProcessEnd(_process.ExitCode, _process.ExitCode == ProcessEnd.KilledCode ? null : complained.Last);
    }
}
