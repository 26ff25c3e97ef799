namespace ActorColorize.Data.Storage;

/// <summary>Resolves all symbolic links in a path.</summary>
public static class RealPath
{
    private const int MostLinks = 40; // as on Linux: more are treated as a loop

    /// <summary>Windows and macOS ignore case in names on their default file systems.</summary>
    internal static StringComparison NameComparison { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>
    /// The absolute path without links, "." and ".." or a closing separator. Components that do not exist are kept as written.
    /// </summary>
    /// <remarks>".." is removed before links are followed: .NET does the same with every path that it opens.</remarks>
    /// <exception cref="IOException">The symbolic links form a loop.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full) ?? "";
        var real = root;
        var ahead = new Stack<string>();
        PushParts(ahead, full[root.Length..]);
        var links = 0;
        while (ahead.TryPop(out var part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Join(real, part);
            if (Files.TargetOfLink(next) is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
                throw new IOException($"Too many symbolic links on the way to {path}");

            // Not made absolute first: in a link's target, the system follows links before it applies "..".
            var targetRoot = Path.GetPathRoot(target) ?? "";
            if (targetRoot.Length > 0)
                real = targetRoot;
            PushParts(ahead, target[targetRoot.Length..]);
        }

        return real;
    }

    /// <summary>Whether one real path is the other or lies below it, by their names.</summary>
    internal static bool IsWithin(string folder, string candidate)
    {
        if (candidate.Equals(folder, NameComparison))
            return true;
        var prefix = Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;
        return candidate.StartsWith(prefix, NameComparison);
    }

    private static void PushParts(Stack<string> ahead, string path)
    {
        var parts = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (var index = parts.Length - 1; index >= 0; index--)
        {
            if (parts[index] != ".")
                ahead.Push(parts[index]);
        }
    }
}
