using System.Reflection;

namespace ActorColorize.Process.Tests;

/// <summary>The paths of the repository and the built program.</summary>
internal static class Installation
{
    /// <summary>The repository's folder, ending in a separator.</summary>
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>The built program.</summary>
    public static string Program { get; } = Metadata("Program");

    /// <summary>The built program in another folder, with links to all its files but one.</summary>
    public static string CopyWithout(string file, ScratchFolder scratch)
    {
        var source = new DirectoryInfo(Path.GetDirectoryName(Program)!);
        var target = Directory.CreateDirectory(Path.Combine(scratch.Path, "program"));
        foreach (var entry in source.EnumerateFileSystemInfos().Where(entry => entry.Name != file))
        {
            var copy = Path.Combine(target.FullName, entry.Name);
            if (entry is FileInfo { LinkTarget: null, Length: < 10_000_000 } small)
                small.CopyTo(copy);
            else
                File.CreateSymbolicLink(copy, entry.FullName);
        }

        return Path.Combine(target.FullName, Path.GetFileName(Program));
    }

    private static string Metadata(string key) =>
        typeof(Installation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
