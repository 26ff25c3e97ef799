using System.Runtime.InteropServices;

namespace ActorColorize.Host.CommandLine;

/// <summary>What the program finds when it is started: standard streams, the current folder, the limit of open files.</summary>
internal static partial class Surroundings
{
    /// <summary>.NET opens a file for each of its libraries, and LibTorch and the stores open some dozens more.</summary>
    private const ulong LeastOpenFiles = 256;

    private const int OpenFilesOnLinux = 7; // RLIMIT_NOFILE
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <summary>
    /// Discards what is written to a standard stream that was closed when the program was started (<c>&gt;&amp;-</c>). Its number then
    /// belongs to the runtime: to the pipe of its signal handler.
    /// </summary>
    public static void ReplaceClosedStreams()
    {
        if (!OperatingSystem.IsLinux())
            return;
        if (IsClosed(StandardOutput))
            Console.SetOut(TextWriter.Null);
        if (IsClosed(StandardError))
            Console.SetError(TextWriter.Null);
    }

    /// <summary>Why the program cannot work here: one line; null if it can.</summary>
    public static string? Fault()
    {
        if (OperatingSystem.IsLinux() && GetLimit(OpenFilesOnLinux, out var limit) == 0 && limit.Hard < LeastOpenFiles)
            return $"only {limit.Hard} files may be open at a time, and {LeastOpenFiles} are needed: raise the limit (ulimit -n)";
        try
        {
            return Directory.Exists(Directory.GetCurrentDirectory()) ? null : Deleted;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return Deleted;
        }
    }

    private const string Deleted = "the current folder does not exist any more, or may not be read: change to another one";

    private static bool IsClosed(int stream)
    {
        if (File.ResolveLinkTarget($"/proc/self/fd/{stream}", returnFinalTarget: false) is not { } target)
            return true;
        if (Write(stream, [], 0) < 0)
            return true; // open, but not for writing
        // The writing end of a pipe whose reading end is here as well
        return target.Name.StartsWith("pipe:", StringComparison.Ordinal)
            && Directory
                .EnumerateFileSystemEntries("/proc/self/fd")
                .Where(path => Path.GetFileName(path) != stream.ToString())
                .Any(path =>
                    File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name == target.Name
                    && OpenedForReading($"/proc/self/fdinfo/{Path.GetFileName(path)}")
                );
    }

    private static bool OpenedForReading(string info) =>
        File.ReadLines(info).FirstOrDefault(static line => line.StartsWith("flags:", StringComparison.Ordinal)) is { } flags
        && (Convert.ToInt64(flags["flags:".Length..].Trim(), 8) & 3) == 0; // O_ACCMODE, O_RDONLY

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint count);
}
