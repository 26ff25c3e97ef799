using System.Diagnostics;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>A process of this program that this one has started: what it writes is passed on, and how it ends is told.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;

    /// <summary>Takes care of a process with redirected streams.</summary>
    /// <param name="process">The process.</param>
    /// <param name="said">Called with each line of standard output.</param>
    /// <param name="complained">Called with each line of standard error.</param>
    internal ChildProcess(Process process, Action<string> said, Action<string> complained)
    {
        _process = process;
        Id = process.Id;
        Ended = EndAsync(said, complained);
    }

    internal int Id { get; }

    /// <summary>Completed when the process is gone.</summary>
    internal Task<ProcessEnd> Ended { get; }

    /// <summary>SIGTERM.</summary>
    internal void Terminate()
    {
        if (OperatingSystem.IsWindows())
            Kill();
        else if (!Ended.IsCompleted)
            PosixProcess.Terminate(Id);
    }

    /// <summary>SIGABRT.</summary>
    internal void Abort()
    {
        if (OperatingSystem.IsWindows())
            Kill();
        else if (!Ended.IsCompleted)
            PosixProcess.Abort(Id);
    }

    internal void Kill()
    {
        if (!Ended.IsCompleted)
            _process.Kill();
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
