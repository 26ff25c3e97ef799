using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Archives;

/// <summary>
/// Folders and pictures below a few roots, page by page, for choosing an archive. A path that leaves the roots, by <c>..</c> or by a
/// symbolic link, is treated as missing. Hidden names and symbolic links are not listed.
/// </summary>
public sealed class BrowsableFolders
{
    /// <summary>At most so many entries of a folder are looked at.</summary>
    public const int MostEntries = 20_000;

    /// <param name="roots">Absolute paths; they need not exist.</param>
    public BrowsableFolders(IEnumerable<string> roots) =>
        Roots = [.. roots.Select(static root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))];

    /// <summary>The roots.</summary>
    public IReadOnlyList<string> Roots { get; }

    /// <summary>A page of a folder: folders first, then pictures, each in the order of their names.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="after">The last entry of the page before; null: from the beginning.</param>
    /// <param name="limit">Entries of a page.</param>
    /// <returns>Null if there is no such folder below the roots.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public BrowsedFolder? List(string path, BrowsedEntry? after, int limit)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal))
            return null;
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var roots = Roots.Where(root => RealPath.IsWithin(root, folder)).ToArray();
        var real = RealPath.Of(folder);
        if (roots.Length == 0 || !Roots.Any(root => RealPath.IsWithin(RealPath.Of(root), real)) || !Directory.Exists(real))
            return null;
        var seen = Directory.EnumerateFileSystemEntries(real).Take(MostEntries + 1).ToArray();
        var entries = seen.Take(MostEntries)
            .Select(Entry)
            .OfType<BrowsedEntry>()
            .Where(entry => after is null || IsBefore(after, entry))
            .OrderBy(static entry => !entry.IsFolder)
            .ThenBy(static entry => entry.Name, StringComparer.Ordinal)
            .Take(limit + 1)
            .ToArray();
        return new BrowsedFolder(
            folder,
            roots.Contains(folder, StringComparer.Ordinal) ? null : Path.GetDirectoryName(folder),
            entries.Length > limit ? entries[..limit] : entries,
            HasMore: entries.Length > limit,
            IsComplete: seen.Length <= MostEntries
        );
    }

    private static bool IsBefore(BrowsedEntry one, BrowsedEntry other) =>
        one.IsFolder == other.IsFolder ? string.CompareOrdinal(one.Name, other.Name) < 0 : one.IsFolder;

    private static BrowsedEntry? Entry(string path)
    {
        var name = Path.GetFileName(path);
        try
        {
            var attributes = File.GetAttributes(path);
            if (attributes.HasFlag(FileAttributes.ReparsePoint))
                return null;
            if (attributes.HasFlag(FileAttributes.Directory))
                return HiddenName.IsHiddenFolder(name) ? null : new BrowsedEntry(IsFolder: true, name);
            return HiddenName.IsHiddenFile(name) || !PictureExtension.Matches(name) ? null : new BrowsedEntry(IsFolder: false, name);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // deleted meanwhile
        }
    }
}

/// <summary>A page of a folder.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Parent">The folder above; null for a root.</param>
/// <param name="Entries">Its entries.</param>
/// <param name="HasMore">Whether there are more after them.</param>
/// <param name="IsComplete">False: it has more than <see cref="BrowsableFolders.MostEntries"/> entries, and the rest is not listed.</param>
public sealed record BrowsedFolder(string Path, string? Parent, IReadOnlyList<BrowsedEntry> Entries, bool HasMore, bool IsComplete);

/// <summary>A folder or a picture. Folders come first.</summary>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Name">Its name.</param>
public sealed record BrowsedEntry(bool IsFolder, string Name);
