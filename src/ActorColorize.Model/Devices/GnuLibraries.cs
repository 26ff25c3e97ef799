using System.Runtime.InteropServices;
using System.Text;

namespace ActorColorize.Model.Devices;

/// <summary>Versions of the C and C++ run-time libraries that native code on Linux is linked against.</summary>
public static partial class GnuLibraries
{
    private const string StandardLibrary = "libstdc++.so.6";

    /// <summary>Version of glibc, for example <c>2.36</c>; null on systems without glibc.</summary>
    public static string? GlibcVersion
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return null;
            try
            {
                return Marshal.PtrToStringUTF8(gnu_get_libc_version());
            }
            catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
            {
                return null; // another C library, such as musl
            }
        }
    }

    /// <summary>File of the C++ standard library loaded by this process; null if there is none.</summary>
    public static string? StandardLibraryPath
    {
        get
        {
            if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(StandardLibrary, out _))
                return null;
            // One column of five, then the path, which may contain spaces.
            return File.ReadLines("/proc/self/maps")
                .Select(static line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var start ? line[start..] : "")
                .FirstOrDefault(static path => Path.GetFileName(path).StartsWith(StandardLibrary, StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// Newest symbol version of the host's C++ standard library, for example <c>GLIBCXX_3.4.30</c>; null if it cannot be determined.
    /// </summary>
    public static string? NewestGlibcxx
    {
        get
        {
            try
            {
                return StandardLibraryPath is { } path ? NewestGlibcxxIn(File.ReadAllBytes(path)) : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Newest <c>GLIBCXX_3.4.n</c> among the strings of a library; null if there is none.</summary>
    internal static string? NewestGlibcxxIn(ReadOnlySpan<byte> library)
    {
        var prefix = "GLIBCXX_3.4."u8;
        var newest = -1;
        for (var at = library.IndexOf(prefix); at >= 0; at = library.IndexOf(prefix))
        {
            library = library[(at + prefix.Length)..];
            var digits = library.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            // Match whole strings: GLIBCXX_3.4.30\0, not a part of a longer name.
            if (digits is > 0 and < 4 && library[digits] == 0)
                newest = Math.Max(newest, int.Parse(Encoding.ASCII.GetString(library[..digits])));
        }

        return newest < 0 ? null : $"GLIBCXX_3.4.{newest}";
    }

    [LibraryImport("libc")]
    private static partial nint gnu_get_libc_version();
}
