using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace ActorColorize.Data.Storage;

/// <summary>Kind of the file system entry at a path.</summary>
internal enum FileKind
{
    /// <summary>Nothing, or a broken link.</summary>
    Missing,

    /// <summary>It cannot be examined: no permission, a name that is too long, a failing disk or network.</summary>
    Unreachable,

    /// <summary>An ordinary file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link; only when links are not followed.</summary>
    Link,

    /// <summary>A pipe, socket or device: opening one may block forever.</summary>
    Other,
}

/// <summary>Kind, length and identity of a file system entry, without opening it.</summary>
/// <remarks>
/// On Linux by statx, whose layout is the same on every processor: it distinguishes a pipe from a file, gives the length of a link's target
/// and allocates nothing per file. FileInfo, which does none of this, is used on other systems.
/// </remarks>
/// <param name="Kind">Kind of the entry.</param>
/// <param name="Length">Bytes, for files; else 0.</param>
/// <param name="Device">With <paramref name="Node"/>, the identity of the file: 0 if the system has none.</param>
/// <param name="Node">Number of the inode on its device.</param>
/// <param name="Error">The system's error number for <see cref="FileKind.Unreachable"/>, else 0.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct FileFacts(FileKind Kind, long Length, ulong Device, ulong Node, int Error)
{
    /// <summary>When the content was written last, for files.</summary>
    public DateTime Modified { get; init; }

    /// <summary>When the file got this content, name or permissions, for files; cannot be set by programs.</summary>
    public DateTime Changed { get; init; }

    /// <summary>Examines a path.</summary>
    public static FileFacts Of(string path, bool followLinks)
    {
        if (!OperatingSystem.IsLinux())
            return ByFileInfo(path, followLinks);
        return ByStatx(NameText.ToBytesWithZero(path), followLinks);
    }

    /// <summary>Examines a path given as UTF-8 with a terminating zero byte; on Linux without allocation.</summary>
    public static FileFacts Of(ReadOnlySpan<byte> pathWithZero, bool followLinks) =>
        OperatingSystem.IsLinux() && !NameText.MayHaveEscapes(pathWithZero)
            ? ByStatx(pathWithZero, followLinks)
            : Of(Encoding.UTF8.GetString(pathWithZero[..^1]), followLinks);

    /// <summary>Whether both are the same file or folder, whatever their names; false if the system has no identities.</summary>
    public bool IsSameAs(FileFacts other) => Node != 0 && Node == other.Node && Device == other.Device;

    /// <summary>Why the path cannot be used, for messages.</summary>
    public string Reason =>
        Kind switch
        {
            FileKind.Missing => "does not exist",
            FileKind.Unreachable => Marshal.GetPInvokeErrorMessage(Error).ToLowerInvariant(),
            FileKind.Other => "not a file: a pipe, socket or device",
            FileKind.Folder => "a folder",
            FileKind.Link => "a symbolic link",
            _ => "a file",
        };

    /// <summary>Fallback without statx; it recognises neither pipes nor identity.</summary>
    internal static FileFacts ByFileInfo(string path, bool followLinks)
    {
        const int accessDenied = 13;
        try
        {
            FileSystemInfo file = new FileInfo(path);
            if (file.LinkTarget is not null)
            {
                if (!followLinks)
                    return new FileFacts(FileKind.Link, 0, 0, 0, 0);
                var target = file.ResolveLinkTarget(returnFinalTarget: true);
                if (target is null)
                    return default;
                file = new FileInfo(target.FullName);
            }

            if (file.Exists)
            {
                return new FileFacts(FileKind.File, ((FileInfo)file).Length, 0, 0, 0)
                {
                    Modified = file.LastWriteTimeUtc,
                    Changed = file.LastWriteTimeUtc,
                };
            }

            return new FileFacts(Directory.Exists(file.FullName) ? FileKind.Folder : FileKind.Missing, 0, 0, 0, 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure is FileNotFoundException or DirectoryNotFoundException
                ? default
                : new FileFacts(FileKind.Unreachable, 0, 0, 0, accessDenied);
        }
    }

    [SupportedOSPlatform("linux")]
    private static unsafe FileFacts ByStatx(ReadOnlySpan<byte> pathWithZero, bool followLinks)
    {
        const int currentFolder = -100;
        const int noFollow = 0x100;
        const uint typeTimesNodeAndSize = 0x1 | 0x40 | 0x80 | 0x100 | 0x200;
        StatxResult result;
        int outcome;
        fixed (byte* path = pathWithZero)
        {
            do outcome = Statx(currentFolder, path, followLinks ? 0 : noFollow, typeTimesNodeAndSize, &result);
            while (outcome < 0 && Marshal.GetLastPInvokeError() == PosixCall.Interrupted);
        }

        if (outcome < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is PosixCall.NoSuchEntry or PosixCall.NotAFolder ? default : new FileFacts(FileKind.Unreachable, 0, 0, 0, error);
        }

        var kind = (result.Mode & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            _ => FileKind.Other,
        };
        return new FileFacts(
            kind,
            kind == FileKind.File ? (long)result.Size : 0,
            ((ulong)result.DeviceMajor << 32) | result.DeviceMinor,
            result.Node,
            0
        )
        {
            Modified = Time(result.ModifiedSeconds, result.ModifiedNanoseconds),
            Changed = Time(result.ChangedSeconds, result.ChangedNanoseconds),
        };
    }

    private static DateTime Time(long seconds, uint nanoseconds)
    {
        var earliest = -DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond;
        var latest = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond - 1;
        var ticks = Math.Clamp(seconds, earliest, latest) * TimeSpan.TicksPerSecond + nanoseconds / 100;
        return DateTime.UnixEpoch.AddTicks(ticks);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Statx(int folder, byte* path, int flags, uint mask, StatxResult* result);

    /// <summary>The fields read here of struct statx (linux/stat.h), which is 256 bytes long.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxResult
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Node;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
