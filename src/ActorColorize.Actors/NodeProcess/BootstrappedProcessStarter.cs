using System.ComponentModel;
using System.Diagnostics;
using ActorColorize.Actors.DeviceProcess;
using Akka.Actor;

namespace ActorColorize.Actors.NodeProcess;

/// <summary>
/// Starts a node as a process of this program that is started through its standard input, whose end tells it that its parent has ended.
/// </summary>
/// <param name="name">The node's name, for the log.</param>
/// <param name="program">The program, and the arguments that make it a node.</param>
/// <param name="bootstrap">The bootstrap line; may contain secrets, which command line and environment must not.</param>
public sealed class BootstrappedProcessStarter(string name, IReadOnlyList<string> program, string bootstrap) : INodeProcessStarter
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<INodeProcess> StartAsync(IActorRef owner)
    {
        Process process;
        try
        {
            process = await ProcessStartThread
                .StartAsync(
                    new ProcessStartInfo(program[0], [.. program.Skip(1)])
                    {
                        UseShellExecute = false,
                        RedirectStandardInput = true,
                        RedirectStandardOutput = true,
                        RedirectStandardError = true,
                    }
                )
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new DeviceProcessException($"it cannot be started ({program[0]}): {e.Message}", e);
        }

        var started = new BootstrappedProcess(process, owner);
        try
        {
            await process.StandardInput.WriteLineAsync(bootstrap).ConfigureAwait(false);
            await process.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException e)
        {
            // It has already ended; the reason is reported next
            owner.Tell(new NodeLine($"it did not read its bootstrap message: {e.Message}", IsError: true));
        }

        return started;
    }

    private sealed class BootstrappedProcess(Process process, IActorRef owner) : INodeProcess
    {
        private readonly ChildProcess _process = new(
            process,
            line => owner.Tell(new NodeLine(line, IsError: false)),
            line => owner.Tell(new NodeLine(line, IsError: true))
        );

        public int ProcessId => _process.Id;

        public Task<ProcessEnd> Ended => _process.Ended;

        public void Terminate() => _process.Terminate();

        public void Kill() => _process.Kill();

        public void Dispose() => _process.Dispose();
    }
}
