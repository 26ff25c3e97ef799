using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ActorColorize.Data.Storage;

/// <summary>The system calls that .NET does not offer.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class PosixCall
{
    // errno values that are the same on Linux and macOS.
    public const int Interrupted = 4;
    private const int InvalidArgument = 22;
    private const int ReadOnlyFileSystem = 30;

    private const int ReadOnly = 0;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMac = 0x1000000;

    /// <summary>Errors by which file systems that cannot sync a folder (some network and FUSE ones) report it.</summary>
    public static bool MeansUnsupported(int error) =>
        error is InvalidArgument or ReadOnlyFileSystem || error == (OperatingSystem.IsMacOS() ? 45 : 95);

    /// <summary>Opens for reading; also folders, which .NET's own calls refuse.</summary>
    /// <returns>A file descriptor, or −1 with the error in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static int OpenForReading(string path)
    {
        int descriptor;
        do descriptor = Open(path, ReadOnly | (OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExecLinux));
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return descriptor;
    }

    /// <summary>Syncs this descriptor's cached data to the disk.</summary>
    /// <returns>0, or −1 with the error in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static int Synchronize(int descriptor)
    {
        int result;
        do result = FSync(descriptor);
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int descriptor);
}
