using System.IO.Enumeration;

namespace ActorColorize.Data.Storage;

/// <summary>
/// The names in one folder, in the order of their bytes: files (and everything else that is not a folder) separate from folders. Links to
/// folders are among the folders.
/// </summary>
/// <remarks>
/// .NET decodes names as UTF-8 and replaces invalid bytes by U+FFFD, so such a name cannot be opened; users of the listing must check the
/// file (<see cref="FileFacts"/>) before trusting a name that contains U+FFFD.
/// </remarks>
internal sealed class FolderListing
{
    private static readonly EnumerationOptions EveryEntry = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    private FolderListing() { }

    public PackedNames Files { get; } = new();

    public PackedNames Folders { get; } = new();

    /// <exception cref="IOException">The folder is gone or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to list it.</exception>
    public static FolderListing Read(string folder)
    {
        var listing = new FolderListing();
        using (var entries = new Entries(folder, listing))
        {
            while (entries.MoveNext())
                continue;
        }

        listing.Files.Sort();
        listing.Folders.Sort();
        return listing;
    }

    /// <summary>Copies the names while the folder is read, without creating strings.</summary>
    private sealed class Entries(string folder, FolderListing listing) : FileSystemEnumerator<bool>(folder, EveryEntry)
    {
        protected override bool TransformEntry(ref FileSystemEntry entry)
        {
            (entry.IsDirectory ? listing.Folders : listing.Files).Add(entry.FileName);
            return true;
        }
    }
}
