using System.Diagnostics;
using System.Globalization;
using ActorColorize.Actors.DeviceProcess;

namespace ActorColorize.Actors.Tests.DeviceProcess;

/// <summary>Signals to a process of this program.</summary>
[Trait("Speed", "Slow")]
public sealed class ChildProcessTests
{
    private const int TerminatedCode = 128 + 15;
    private const int AbortedCode = 128 + 6;
    private const string LastProcessId = "/proc/sys/kernel/ns_last_pid";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(TerminatedCode)]
    [InlineData(AbortedCode)]
    [InlineData(ProcessEnd.KilledCode)]
    public async Task A_signal_ends_the_process(int code)
    {
        using var child = new ChildProcess(Started("exec sleep 600"), _ => { }, _ => { });

        switch (code)
        {
            case TerminatedCode:
                child.Terminate();
                break;
            case AbortedCode:
                child.Abort();
                break;
            default:
                child.Kill();
                break;
        }

        Assert.Equal(code, (await child.Ended.WaitAsync(Patience)).ExitCode);
        child.Terminate(); // gone: not an error
    }

    /// <summary>
    /// A process that has ended stays a child for a moment while its last output is read, and its id may be another's by then. Where this
    /// test may set the next process id, another process gets it and must survive.
    /// </summary>
    [Fact]
    public async Task A_signal_does_not_reach_another_process_with_the_same_id()
    {
        var process = Started("sleep 5 & exit 0"); // what it leaves behind holds its output open
        using var child = new ChildProcess(process, _ => { }, _ => { });
        await process.WaitForExitAsync().WaitAsync(Patience);

        using var other = StartedWithId(child.Id);
        child.Terminate();
        child.Abort();
        child.Kill();

        Assert.Equal(0, (await child.Ended.WaitAsync(Patience)).ExitCode);
        if (other is not null)
        {
            await other.StandardInput.WriteLineAsync("still here");
            Assert.Equal("still here", await other.StandardOutput.ReadLineAsync().WaitAsync(Patience));
            other.StandardInput.Close();
        }
    }

    /// <summary>A process that echoes what it is told; null where its id could not be had.</summary>
    private static Process? StartedWithId(int id)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            try
            {
                File.WriteAllText(LastProcessId, (id - 1).ToString(CultureInfo.InvariantCulture));
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                return null;
            }

            var process = Started("exec cat");
            if (process.Id == id)
                return process;
            process.StandardInput.Close();
            process.Dispose();
        }

        return null;
    }

    private static Process Started(string script) =>
        Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", script])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
}
