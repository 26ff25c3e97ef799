using System.Text;

namespace ActorColorize.Data;

/// <summary>Which file names count as pictures: by extension only, ignoring case. The content is checked by the decoder.</summary>
public static class PictureExtension
{
    /// <summary>The extensions, lower-case and with their dot.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".jfi",
        ".jif",
        ".pjpeg",
        ".pjp",
        ".png",
        ".webp",
        ".tif",
        ".tiff",
        ".bmp",
        ".dib",
        ".tga",
        ".pbm",
        ".pgm",
        ".ppm",
        ".pnm",
        ".gif",
    ];

    private static readonly byte[][] AllUtf8 = [.. All.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Whether a file of this name is treated as a picture.</summary>
    /// <param name="fileName">A file name or path.</param>
    /// <returns>True for the extensions in <see cref="All"/>, except for names that begin with "._": those are resource forks that macOS
    /// writes beside each file on foreign disks; they end in .jpg but contain no picture.</returns>
    public static bool Matches(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        if (IsResourceFork(Path.GetFileName(fileName)))
            return false;
        foreach (var extension in All)
        {
            if (fileName.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The same for a bare file name in UTF-8.</summary>
    internal static bool Matches(ReadOnlySpan<byte> fileName)
    {
        if (fileName.StartsWith("._"u8))
            return false;
        foreach (var extension in AllUtf8)
        {
            if (fileName.Length >= extension.Length && Ascii.EqualsIgnoreCase(fileName[^extension.Length..], extension))
                return true;
        }

        return false;
    }

    internal static bool IsResourceFork(ReadOnlySpan<char> fileName) => fileName.StartsWith("._");
}
