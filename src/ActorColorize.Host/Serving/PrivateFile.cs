using System.Runtime.Versioning;
using ActorColorize.Data.Storage;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Host.Serving;

/// <summary>Files with secrets: whole or not there, and for their owner's eyes only from the first byte on.</summary>
internal static class PrivateFile
{
    /// <summary>Writes one, replacing one that is there.</summary>
    public static void Write(string path, byte[] content) => AtomicFile.Write(path, stream =>
        {
            if (!OperatingSystem.IsWindows() && stream is FileStream { SafeFileHandle: var handle })
                MakePrivate(handle);
            stream.Write(content);
        });

    [UnsupportedOSPlatform("windows")]
    private static void MakePrivate(SafeFileHandle handle) => File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
