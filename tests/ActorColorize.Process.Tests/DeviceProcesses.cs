using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorColorize.Process.Tests;

/// <summary>The device processes of running programs, from the system's process list.</summary>
internal static partial class DeviceProcesses
{
    internal const int Interrupt = 2; // SIGINT
    internal const int Kill = 9; // SIGKILL
    internal const int Terminate = 15; // SIGTERM
    internal const int Continue = 18; // SIGCONT on Linux
    internal const int Stop = 19; // SIGSTOP on Linux

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The device process of a program; null while there is none.</summary>
    internal static int? Of(int parent) => Of(parent, "device-process");

    /// <summary>A process that a program has started under a command; null while there is none.</summary>
    internal static int? Of(int parent, string command)
    {
        foreach (var process in StartedBy(parent))
        {
            if (CommandLine(process).Contains(command, StringComparison.Ordinal))
                return process;
        }

        return null;
    }

    /// <summary>The running child processes of a process.</summary>
    internal static IReadOnlyList<int> StartedBy(int parent) =>
        [.. All().Where(process => Stat(process) is { } stat && stat.Parent == parent && stat.State != 'Z')];

    internal static bool IsGone(int process) => Stat(process) is null or { State: 'Z' };

    internal static async Task UntilGoneAsync(int process)
    {
        var clock = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!IsGone(process))
        {
            if (clock.Elapsed > Patience)
                throw new TimeoutException($"process {process} is still there");
            await tick.WaitForNextTickAsync();
        }
    }

    internal static void Send(int process, int signal) => Assert.Equal(0, SendSignal(process, signal));

    private static IEnumerable<int> All() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var process) ? process : 0)
            .Where(process => process > 0);

    /// <summary>State and parent of a process; null when there is no such process.</summary>
    private static (char State, int Parent)? Stat(int process)
    {
        if (Read($"/proc/{process}/stat") is not { Length: > 0 } text)
            return null;
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' '); // the name before may hold anything
        return (fields[0][0], int.Parse(fields[1]));
    }

    private static string CommandLine(int process) => Read($"/proc/{process}/cmdline")?.Replace('\0', ' ') ?? string.Empty;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null; // the process ended meanwhile
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);
}
