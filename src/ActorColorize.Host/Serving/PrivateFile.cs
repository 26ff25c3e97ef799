using System.Runtime.Versioning;
using ActorColorize.Data.Storage;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Host.Serving;

/// <summary>Files with secrets: written atomically and readable only by their owner from creation on.</summary>
internal static class PrivateFile
{
    /// <summary>Writes a file, replacing an existing one.</summary>
    public static void Write(string path, byte[] content) => AtomicFile.Write(path, stream =>
        {
            if (!OperatingSystem.IsWindows() && stream is FileStream { SafeFileHandle: var handle })
                MakePrivate(handle);
            stream.Write(content);
        });

    [UnsupportedOSPlatform("windows")]
    private static void MakePrivate(SafeFileHandle handle) => File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
