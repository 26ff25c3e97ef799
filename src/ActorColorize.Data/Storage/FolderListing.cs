using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ActorColorize.Data.Storage;

/// <summary>
/// The names in one folder as text (<see cref="NameText"/>), in the order of their code points: files (and everything else that is not a
/// folder) separate from folders. Links to folders are among the folders.
/// </summary>
internal sealed partial class FolderListing
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

    /// <param name="folder">The folder.</param>
    /// <param name="onEntry">Called for each entry; null if nobody wants to know.</param>
    /// <exception cref="IOException">The folder is gone or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to list it.</exception>
    public static FolderListing Read(string folder, Action? onEntry = null)
    {
        var listing = new FolderListing();
        if (OperatingSystem.IsLinux())
        {
            listing.ReadBytes(folder, onEntry);
        }
        else
        {
            using var entries = new Entries(folder, listing);
            while (entries.MoveNext())
                onEntry?.Invoke();
        }

        listing.Files.Sort();
        listing.Folders.Sort();
        return listing;
    }

    /// <summary>
    /// All files below a folder whose names satisfy a condition. Links to folders are not followed; folders that cannot be read are left
    /// out.
    /// </summary>
    public static IEnumerable<string> FilesBelow(string folder, Func<string, bool> matches)
    {
        var ahead = new Stack<string>([folder]);
        while (ahead.TryPop(out var next))
        {
            if (TryRead(next) is not { } listing)
                continue;
            for (var i = 0; i < listing.Files.Count; i++)
            {
                if (listing.Files.Text(i) is var name && matches(name))
                    yield return Path.Join(next, name);
            }

            for (var i = 0; i < listing.Folders.Count; i++)
            {
                var below = Path.Join(next, listing.Folders.Text(i));
                if (FileFacts.Of(below, followLinks: false).Kind == FileKind.Folder)
                    ahead.Push(below);
            }
        }
    }

    private static FolderListing? TryRead(string folder)
    {
        try
        {
            return Read(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>By the system's own calls: .NET replaces bytes that are not UTF-8, and such a name cannot be opened.</summary>
    [SupportedOSPlatform("linux")]
    private unsafe void ReadBytes(string folder, Action? onEntry)
    {
        const int typeAt = 18; // struct dirent of Linux with 64-bit offsets: number (8), offset (8), length (2), type (1), name
        const int nameAt = 19;
        nint open;
        fixed (byte* path = NameText.ToBytesWithZero(folder))
            open = OpenFolder(path);
        if (open == 0)
            throw PosixCall.Fault(folder, isFolder: true);
        try
        {
            byte* entry;
            while ((entry = ReadEntry(open)) is not null)
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + nameAt);
                if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
                    continue;
                var names = IsFolder(entry[typeAt], folder, name) ? Folders : Files;
                names.Add(NameText.FromBytes(name));
                onEntry?.Invoke();
            }

            if (Marshal.GetLastPInvokeError() != 0)
                throw PosixCall.Fault(folder, isFolder: true);
        }
        finally
        {
            _ = CloseFolder(open);
        }
    }

    /// <summary>Whether an entry is a folder or a link to one.</summary>
    private static bool IsFolder(byte type, string folder, ReadOnlySpan<byte> name)
    {
        const byte unknown = 0;
        const byte isFolder = 4;
        const byte isLink = 10;
        return type == isFolder
            || (
                type is unknown or isLink
                && FileFacts.Of(Path.Join(folder, NameText.FromBytes(name)), followLinks: true).Kind == FileKind.Folder
            );
    }

    [LibraryImport("libc", EntryPoint = "opendir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial nint OpenFolder(byte* path);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial byte* ReadEntry(nint folder);

    [LibraryImport("libc", EntryPoint = "closedir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFolder(nint folder);

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
