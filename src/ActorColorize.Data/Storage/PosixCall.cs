using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ActorColorize.Data.Storage;

/// <summary>
/// The system calls that .NET does not offer, or not for names that are not UTF-8 (<see cref="NameText"/>). A call that fails returns a
/// negative number and leaves the error in <see cref="Marshal.GetLastPInvokeError"/>.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe partial class PosixCall
{
    // errno values that are the same on Linux and macOS.
    public const int NoSuchEntry = 2;
    public const int Interrupted = 4;
    public const int AccessDenied = 13;
    public const int NotAFolder = 20;
    private const int NotPermitted = 1;
    private const int InvalidArgument = 22;
    private const int ReadOnlyFileSystem = 30;

    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int CreateLinux = 0x40;
    private const int ExclusiveLinux = 0x80;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMac = 0x1000000;

    // The system's mask takes away from these.
    private const int FileMode = 0x1B6; // 0666
    private const int FolderMode = 0x1FF; // 0777

    /// <summary>Errors by which file systems that cannot sync a folder (some network and FUSE ones) report it.</summary>
    public static bool MeansUnsupported(int error) =>
        error is InvalidArgument or ReadOnlyFileSystem || error == (OperatingSystem.IsMacOS() ? 45 : 95);

    /// <summary>Opens for reading; also folders, which .NET's own calls refuse.</summary>
    public static int OpenForReading(string path) => Open(path, ReadOnly | (OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExecLinux));

    /// <summary>Creates a file that does not exist yet, for reading and writing; on Linux.</summary>
    public static int CreateNew(string path) => Open(path, ReadWrite | CreateLinux | ExclusiveLinux | CloseOnExecLinux);

    /// <summary>Syncs this descriptor's cached data to the disk.</summary>
    public static int Synchronize(int descriptor)
    {
        int result;
        do result = FSync(descriptor);
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    /// <summary>Renames, replacing what has the new name.</summary>
    public static int Rename(string from, string to)
    {
        fixed (byte* source = NameText.ToBytesWithZero(from))
        fixed (byte* target = NameText.ToBytesWithZero(to))
            return Rename(source, target);
    }

    /// <summary>Deletes a file or link.</summary>
    public static int Unlink(string path)
    {
        fixed (byte* name = NameText.ToBytesWithZero(path))
            return Unlink(name);
    }

    /// <summary>Creates a folder; its parent must exist.</summary>
    public static int MakeFolder(string path)
    {
        fixed (byte* name = NameText.ToBytesWithZero(path))
            return MkDir(name, FolderMode);
    }

    /// <summary>The target of a symbolic link; null for anything else.</summary>
    public static string? TargetOfLink(string path)
    {
        Span<byte> target = stackalloc byte[4096]; // the longest that Linux allows
        fixed (byte* name = NameText.ToBytesWithZero(path))
        fixed (byte* buffer = target)
        {
            var length = ReadLink(name, buffer, target.Length);
            return length < 0 ? null : NameText.FromBytes(target[..(int)length]);
        }
    }

    /// <summary>The exception for the error of the last call.</summary>
    /// <param name="path">The path that it was about.</param>
    /// <param name="isFolder">Whether it was expected to be a folder.</param>
    public static Exception Fault(string path, bool isFolder = false)
    {
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NoSuchEntry when isFolder => new DirectoryNotFoundException($"Could not find a part of the path '{path}'."),
            NoSuchEntry => new FileNotFoundException($"Could not find file '{path}'.", path),
            NotAFolder => new DirectoryNotFoundException($"Could not find a part of the path '{path}'."),
            AccessDenied or NotPermitted => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
            _ => new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'", error),
        };
    }

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Close(int descriptor);

    private static int Open(string path, int flags)
    {
        fixed (byte* name = NameText.ToBytesWithZero(path))
        {
            int descriptor;
            do descriptor = Open(name, flags, FileMode);
            while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return descriptor;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(byte* from, byte* to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unlink(byte* path);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MkDir(byte* path, int mode);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadLink(byte* path, byte* target, nint size);
}
