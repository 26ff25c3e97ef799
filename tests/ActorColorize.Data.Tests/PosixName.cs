using System.Runtime.InteropServices;
using System.Text;

namespace ActorColorize.Data.Tests;

/// <summary>Names and files that .NET itself cannot make.</summary>
internal static partial class PosixName
{
    /// <summary>Gives a file a name in raw bytes; disposing releases it its old one, so that .NET can delete it.</summary>
    public static IDisposable Rename(string path, ReadOnlySpan<byte> rawName)
    {
        byte[] raw = [.. Encoding.UTF8.GetBytes(Path.GetDirectoryName(path)! + "/"), .. rawName, 0];
        byte[] original = [.. Encoding.UTF8.GetBytes(path), 0];
        Assert.Equal(0, RenameFile(original, raw));
        return new Renamed(raw, original);
    }

    public static void MakePipe(string path) => Assert.Equal(0, MakeFifo([.. Encoding.UTF8.GetBytes(path), 0], 0x180));

    [LibraryImport("libc", EntryPoint = "rename")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameFile(byte[] from, byte[] to);

    [LibraryImport("libc", EntryPoint = "mkfifo")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeFifo(byte[] path, uint mode);

    private sealed class Renamed(byte[] from, byte[] to) : IDisposable
    {
        public void Dispose() => Assert.Equal(0, RenameFile(from, to));
    }
}
