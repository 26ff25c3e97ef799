using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace ActorColorize.Process.Tests;

/// <summary>A daemon under a supervisor: what it sends to systemd's socket, and what <c>healthcheck</c> says.</summary>
public sealed class SupervisionTests
{
    [Fact]
    public async Task A_daemon_says_that_it_is_ready_alive_and_stopping()
    {
        using var scratch = new ScratchFolder();
        var path = Path.Combine(scratch.Path, "notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        var received = new ConcurrentQueue<string>();
        using var over = new CancellationTokenSource();
        var listening = ListenAsync(socket, received, over.Token);
        Assert.Equal(8, (await ProgramRun.OfProgramAsync(scratch, "healthcheck")).ExitCode);

        using var daemon = new RunningProgram(scratch, ["/usr/bin/env", $"NOTIFY_SOCKET={path}"], ["serve"]);
        await daemon.UntilAsync(() => received.Any(static message => message.StartsWith("READY=1\n", StringComparison.Ordinal)), "READY=1");
        var healthy = await ProgramRun.OfProgramAsync(scratch, "healthcheck");
        await daemon.UntilAsync(() => received.Contains("WATCHDOG=1"), "WATCHDOG=1");
        var stopped = await daemon.TerminateAsync();

        Assert.Equal((0, "ready"), (healthy.ExitCode, healthy.Output.Trim()));
        Assert.Equal(0, stopped.ExitCode);
        var gone = await ProgramRun.OfProgramAsync(scratch, "healthcheck");
        Assert.Equal(8, gone.ExitCode);
        Assert.Contains("no daemon runs on the data folder", gone.Error, StringComparison.Ordinal);
        await over.CancelAsync();
        await listening;
        Assert.Contains(received, static message => message.StartsWith("STOPPING=1\n", StringComparison.Ordinal));
    }

    private static async Task ListenAsync(Socket socket, ConcurrentQueue<string> received, CancellationToken over)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
                received.Enqueue(Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, over)));
        }
        catch (OperationCanceledException)
        {
            // The test has heard enough
        }
    }
}
