using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Data.Storage;

/// <summary>
/// What <see cref="File"/> and <see cref="Directory"/> do, also for names whose bytes are not UTF-8 (<see cref="NameText"/>), which .NET
/// cannot pass to the system. Exceptions are the same.
/// </summary>
public static class Files
{
    /// <summary>Opens a file for reading; others may read, write and delete it meanwhile.</summary>
    /// <exception cref="IOException">It is missing or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission, or a folder.</exception>
    public static SafeFileHandle OpenHandle(string path) =>
        // Full sharing avoids the file lock of .NET, a system call per picture.
        IsRaw(path)
            ? Owned(PosixCall.OpenForReading(path), path)
            : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>The same as an unbuffered stream.</summary>
    public static FileStream OpenRead(string path) => new(OpenHandle(path), FileAccess.Read, bufferSize: 0);

    /// <summary>Whether there is a file, or a link to one.</summary>
    public static bool Exists(string path) => IsRaw(path) ? FileFacts.Of(path, followLinks: true).Kind == FileKind.File : File.Exists(path);

    /// <summary>Whether there is a folder, or a link to one.</summary>
    public static bool DirectoryExists(string path) =>
        IsRaw(path) ? FileFacts.Of(path, followLinks: true).Kind == FileKind.Folder : Directory.Exists(path);

    /// <summary>Whether there is nothing in a folder.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to list it.</exception>
    public static bool IsEmptyDirectory(string path) =>
        IsRaw(path) ? FolderListing.Read(path) is { Files.Count: 0, Folders.Count: 0 } : !Directory.EnumerateFileSystemEntries(path).Any();

    /// <summary>The length of a file in bytes; null if there is none.</summary>
    public static long? Length(string path) =>
        FileFacts.Of(path, followLinks: true) is { Kind: FileKind.File, Length: var length } ? length : null;

    /// <summary>Creates a folder and those above it that are missing.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static void CreateDirectory(string path)
    {
        if (!IsRaw(path))
        {
            Directory.CreateDirectory(path);
            return;
        }

        if (FileFacts.Of(path, followLinks: true).Kind == FileKind.Folder)
            return;
        CreateDirectory(Path.GetDirectoryName(path)!);
        if (PosixCall.MakeFolder(path) < 0 && FileFacts.Of(path, followLinks: true).Kind != FileKind.Folder)
            throw PosixCall.Fault(path);
    }

    /// <summary>Creates a file that must not exist yet, for reading and writing.</summary>
    internal static FileStream CreateNew(string path) =>
        IsRaw(path)
            ? new FileStream(Owned(PosixCall.CreateNew(path), path), FileAccess.ReadWrite)
            : new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Renames a file, replacing another one.</summary>
    internal static void Move(string from, string to)
    {
        if (!IsRaw(from) && !IsRaw(to))
            File.Move(from, to, overwrite: true);
        else if (PosixCall.Rename(from, to) < 0)
            throw PosixCall.Fault(to);
    }

    /// <summary>Deletes a file; one that is missing is no error.</summary>
    internal static void Delete(string path)
    {
        if (!IsRaw(path))
            File.Delete(path);
        else if (PosixCall.Unlink(path) < 0 && FileFacts.Of(path, followLinks: false).Kind != FileKind.Missing)
            throw PosixCall.Fault(path);
    }

    /// <summary>The target of a symbolic link as it is written there; null for anything else.</summary>
    internal static string? TargetOfLink(string path) =>
        OperatingSystem.IsLinux() ? PosixCall.TargetOfLink(path) : new FileInfo(path).LinkTarget;

    /// <summary>Whether .NET cannot pass the path to the system.</summary>
    [UnsupportedOSPlatformGuard("windows")]
    private static bool IsRaw(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return OperatingSystem.IsLinux() && NameText.HasEscapes(path);
    }

    [UnsupportedOSPlatform("windows")]
    private static SafeFileHandle Owned(int descriptor, string path) =>
        descriptor < 0 ? throw PosixCall.Fault(path) : new SafeFileHandle(descriptor, ownsHandle: true);
}
