using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Archives;

/// <summary>Finds the pictures of an archive: a single file, or a folder with everything below it.</summary>
public static class ArchiveScan
{
    /// <summary>
    /// Enumerates the pictures of an archive lazily, in a fixed order: in each folder first its files, then its folders, each by the bytes
    /// of their names. Memory does not grow with the archive, only with the largest folder (about the length of its names in bytes).
    /// </summary>
    /// <remarks>
    /// Every name that the system allows works: blanks, emoji, composed or decomposed accents (kept as they are), brackets, line ends, 255
    /// bytes, and bytes that are not UTF-8 (see <see cref="NameText"/>). Files that are not pictures are reported as skipped, but for the
    /// XMP sidecars of pictures. A single file is accepted whatever its name.
    /// </remarks>
    /// <param name="input">The file or folder. It may itself be a link.</param>
    /// <param name="options">What the scan includes.</param>
    /// <param name="onSkipped">Called with relative path and reason for every entry that is skipped: links, other files, folders
    /// that cannot be read (with a closing "/"). It is called during the enumeration, on its thread.</param>
    /// <exception cref="FileNotFoundException">The input does not exist. Thrown immediately, not at the first item.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to list the input folder.</exception>
    /// <exception cref="IOException">The input is neither file nor folder or cannot be read; or, during the enumeration, it was removed or
    /// replaced (for example because a disk was unmounted).</exception>
    public static IEnumerable<ArchiveItem> Enumerate(string input, ArchiveScanOptions options, Action<string, string>? onSkipped)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentNullException.ThrowIfNull(options);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(input));
        var facts = FileFacts.Of(full, followLinks: true);
        return facts.Kind switch
        {
            FileKind.Folder => new ArchiveWalk(full, facts, options, onSkipped).Items(),
            FileKind.File => [new ArchiveItem(0, Path.GetFileName(full), facts.Length)],
            FileKind.Missing => throw new FileNotFoundException($"No such file or folder: {full}", full),
            _ => throw new IOException($"Cannot read {full}: {facts.Reason}"),
        };
    }

    /// <summary>The absolute path of an item of a scan of this input.</summary>
    public static string FullPath(string input, ArchiveItem item)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentNullException.ThrowIfNull(item);
        var full = Path.GetFullPath(input);
        return Files.DirectoryExists(full) ? Path.Join(full, item.RelativePath) : full;
    }

    /// <summary>
    /// Whether a path is the folder itself or lies inside it. Links are resolved, also of a path that does not exist yet (as far as it
    /// does); "..", closing separators and, where the system ignores it, case make no difference. On Linux folders are compared by identity
    /// as well, so that bind mounts and case-insensitive disks are recognised.
    /// </summary>
    /// <param name="folder">The folder, such as an archive's.</param>
    /// <param name="candidate">The path in question, such as that of the output.</param>
    /// <exception cref="IOException">The symbolic links form a loop.</exception>
    public static bool IsInside(string folder, string candidate)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(candidate);
        var realFolder = RealPath.Of(folder);
        var real = RealPath.Of(candidate);
        if (RealPath.IsWithin(realFolder, real))
            return true;
        var facts = FileFacts.Of(realFolder, followLinks: false);
        for (string? ancestor = real; ancestor is not null; ancestor = Path.GetDirectoryName(ancestor))
        {
            if (facts.IsSameAs(FileFacts.Of(ancestor, followLinks: false)))
                return true;
        }

        return false;
    }

    /// <summary>Whether two paths mean the same folder, by whatever way, as <see cref="IsInside"/> compares them.</summary>
    /// <param name="one">A folder, which may not exist yet.</param>
    /// <param name="other">Another one.</param>
    /// <exception cref="IOException">Links go round in a loop.</exception>
    public static bool IsSameFolder(string one, string other) => IsInside(one, other) && IsInside(other, one);
}
