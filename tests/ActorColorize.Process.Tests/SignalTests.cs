using System.Runtime.InteropServices;

namespace ActorColorize.Process.Tests;

/// <summary>Signals to the running program.</summary>
public sealed partial class SignalTests
{
    private const int SigInt = 2;
    private const int Terminate = 15; // SIGTERM

    [Theory]
    [InlineData(SigInt, "Ctrl-C")]
    [InlineData(Terminate, "SIGTERM")]
    public async Task The_first_signal_stops_gracefully_with_exit_code_0(int signal, string name)
    {
        using var scratch = new ScratchFolder();
        scratch.Environment["XDG_CACHE_HOME"] = Path.Combine(scratch.Path, "cache");

        // The doctor is busy for seconds after its first line: on a machine that it does not know it checks every convolution.
        var run = await ProgramRun.OfAsync(Installation.Program, scratch, ["doctor"], (process, _) =>
            Assert.Equal(0, Kill(process.Id, signal))
        );

        Assert.Equal(0, run.ExitCode);
        Assert.Equal($"{name}: stopping gracefully; press again to exit immediately", Assert.Single(run.ErrorLines));
        Assert.DoesNotContain("OK: training", run.Output);
    }

    /// <summary>Sends Ctrl-C to a process.</summary>
    internal static void Interrupt(int process) => Assert.Equal(0, Kill(process, SigInt));

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
