using System.Runtime.InteropServices;

namespace ActorColorize.Data.Storage;

/// <summary>What distinguishes a file's content from an earlier one under the same name, as far as the system knows.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When the content was written last; programs can set it.</param>
/// <param name="Changed">When the system last changed anything about the file; programs cannot set it.</param>
/// <param name="Node">Number of the inode; 0 if the system has none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileVersion(long Length, DateTime Modified, DateTime Changed, ulong Node)
{
    /// <summary>The version of a file; null if there is none.</summary>
    public static FileVersion? Of(string path) =>
        FileFacts.Of(path, followLinks: true) is { Kind: FileKind.File } facts
            ? new FileVersion(facts.Length, facts.Modified, facts.Changed, facts.Node)
            : null;

    /// <summary>Whether both are the same file with the same content; new permissions or a further link do not matter.</summary>
    public bool HasContentOf(FileVersion other) => Length == other.Length && Modified == other.Modified && Node == other.Node;
}
