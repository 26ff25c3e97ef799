using System.Globalization;
using System.Text;

namespace ActorColorize.Process.Tests;

/// <summary>Diagnostics of a hanging program, to be collected before it is killed: its logs and the kernel state of its threads.</summary>
internal static class StuckProgram
{
    private const int LogLines = 20;

    /// <summary>Threads of a process and of those that it started, then the ends of all logs.</summary>
    /// <param name="process">The process.</param>
    /// <param name="folder">The folder that has its logs, at any depth.</param>
    internal static string Described(int process, string folder)
    {
        var told = new StringBuilder();
        foreach (var one in (int[])[process, .. DeviceProcesses.StartedBy(process)])
            TellThreads(told, one);
        foreach (var log in Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            told.AppendLine(CultureInfo.InvariantCulture, $"end of {Path.GetRelativePath(folder, log)}:");
            foreach (var line in Lines(log).TakeLast(LogLines))
                told.AppendLine(CultureInfo.InvariantCulture, $"  {line}");
        }

        return told.ToString();
    }

    private static void TellThreads(StringBuilder told, int process)
    {
        if (DeviceProcesses.IsGone(process))
        {
            told.AppendLine(CultureInfo.InvariantCulture, $"process {process} has ended");
            return;
        }

        told.AppendLine(
            CultureInfo.InvariantCulture,
            $"process {process}, thread by thread: name, state, where it waits, ticks of user and system time"
        );
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            string Of(string file) => string.Concat(Lines(Path.Combine(thread, file)));
            // Proc(5); the name before may hold anything
            var fields = Of("stat") is { Length: > 0 } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : [];
            if (fields.Length > 12)
                told.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"  {Path.GetFileName(thread)} {Of("comm")}: {fields[0]} {Of("wchan")} {fields[11]} {fields[12]}"
                );
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [$"({gone.Message})"];
        }
    }
}
