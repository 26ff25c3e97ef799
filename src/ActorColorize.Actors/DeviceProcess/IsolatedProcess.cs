using System.Diagnostics;
using Akka.Actor;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>A device process on this machine, with its IPC endpoint.</summary>
internal sealed class IsolatedProcess : IDeviceProcess
{
    private readonly ChildProcess _process;
    private readonly ParentIpcEndpoint _ipc;

    internal IsolatedProcess(Process process, ParentIpcEndpoint endpoint, IActorRef owner)
    {
        _process = new ChildProcess(process, Pass, Pass);
        _ipc = endpoint;

        void Pass(string line) => owner.Tell(new ProcessLine(line));
    }

    /// <inheritdoc/>
    public int ProcessId => _process.Id;

    /// <inheritdoc/>
    public Task<ProcessEnd> Ended => _process.Ended;

    /// <inheritdoc/>
    public void Tell(object message) => _ipc.Tell(message);

    /// <inheritdoc/>
    public void Abort() => _process.Abort();

    /// <inheritdoc/>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public void Dispose()
    {
        _ipc.Dispose();
        _process.Dispose();
    }
}

/// <summary>A line that a device process wrote to standard output or standard error.</summary>
/// <param name="Text">The line.</param>
public sealed record ProcessLine(string Text);
