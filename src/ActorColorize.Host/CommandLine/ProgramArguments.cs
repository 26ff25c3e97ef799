using ActorColorize.Data.Storage;

namespace ActorColorize.Host.CommandLine;

/// <summary>
/// The arguments of this process. .NET replaces bytes that are not UTF-8 by U+FFFD, and a file of such a name could not be found; on Linux
/// they are read again from the system, and have their text form (<see cref="NameText"/>).
/// </summary>
internal static class ProgramArguments
{
    private const char Replaced = '\uFFFD';
    private const string SystemFile = "/proc/self/cmdline";

    /// <summary>The arguments, with all their bytes.</summary>
    /// <param name="arguments">As .NET gives them.</param>
    public static string[] WithAllBytes(string[] arguments) =>
        OperatingSystem.IsLinux() && Array.Exists(arguments, static argument => argument.Contains(Replaced, StringComparison.Ordinal))
            ? Read(arguments, File.ReadAllBytes(SystemFile))
            : arguments;

    /// <summary>The same from what the system says: every argument, the program's name first, ends with a zero byte.</summary>
    internal static string[] Read(string[] arguments, ReadOnlySpan<byte> commandLine)
    {
        List<string> all = [];
        for (int end; (end = commandLine.IndexOf((byte)0)) >= 0; commandLine = commandLine[(end + 1)..])
            all.Add(NameText.FromBytes(commandLine[..end]));
        return all.Count > arguments.Length ? [.. all[^arguments.Length..]] : arguments;
    }
}
