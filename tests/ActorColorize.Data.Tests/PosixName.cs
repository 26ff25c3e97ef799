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

    /// <summary>Whether there is an entry with this relative path.</summary>
    public static bool Exists(string folder, ReadOnlySpan<byte> rawPath) =>
        Access([.. Encoding.UTF8.GetBytes(folder + "/"), .. rawPath, 0], 0) == 0;

    /// <summary>Deletes a file in a folder, and the folder, if they are there.</summary>
    public static void Delete(string folder, ReadOnlySpan<byte> rawFolder, ReadOnlySpan<byte> rawFile)
    {
        byte[] inner = [.. Encoding.UTF8.GetBytes(folder + "/"), .. rawFolder];
        _ = Remove([.. inner, (byte)'/', .. rawFile, 0]);
        _ = Remove([.. inner, 0]);
    }

    public static void MakePipe(string path) => Assert.Equal(0, MakeFifo([.. Encoding.UTF8.GetBytes(path), 0], 0x180));

    [LibraryImport("libc", EntryPoint = "rename")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameFile(byte[] from, byte[] to);

    [LibraryImport("libc", EntryPoint = "access")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(byte[] path, int mode);

    [LibraryImport("libc", EntryPoint = "remove")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Remove(byte[] path);

    [LibraryImport("libc", EntryPoint = "mkfifo")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeFifo(byte[] path, uint mode);

    private sealed class Renamed(byte[] from, byte[] to) : IDisposable
    {
        public void Dispose() => Assert.Equal(0, RenameFile(from, to));
    }
}
