using System.Diagnostics;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>A child process of this program: forwards its output and reports its end.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int AbortSignal = 6; // ends with a core dump, where those are on
    private const int KillSignal = 9;
    private const int TerminateSignal = 15;

    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly PosixProcessHandle? _handle;

    /// <summary>Attaches to a process with redirected streams.</summary>
    /// <param name="process">The process.</param>
    /// <param name="said">Called with each line of standard output.</param>
    /// <param name="complained">Called with each line of standard error.</param>
    internal ChildProcess(Process process, Action<string> said, Action<string> complained)
    {
        _process = process;
        Id = process.Id;
        // On Linux signals are sent through a pidfd: the id may belong to another process as soon as the runtime has waited for this one.
        _handle = OperatingSystem.IsLinux() ? PosixProcessHandle.Open(process) : null;
        Ended = EndAsync(said, complained);
    }

    internal int Id { get; }

    /// <summary>Completes when the process has ended.</summary>
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

    /// <summary>Releases its resources once it has ended.</summary>
    public void Dispose()
    {
        if (Ended.IsCompleted)
            Release();
        else
            Ended.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Release()
    {
        // The process object does not close streams that were used.
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
        await Task.WhenAny(output, Task.Delay(LastWordsPatience)); // a process that it started may hold its output open
        return new ProcessEnd(_process.ExitCode, _process.ExitCode == ProcessEnd.KilledCode ? null : complained.Last);
    }
}
