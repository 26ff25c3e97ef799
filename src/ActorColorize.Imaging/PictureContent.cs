using ActorColorize.Data.Storage;

namespace ActorColorize.Imaging;

/// <summary>Whether a file is a picture by its first bytes, whatever its name says.</summary>
public static class PictureContent
{
    /// <summary>Raw files of cameras are TIFFs inside, but what a TIFF decoder finds in them is a preview.</summary>
    private static readonly HashSet<string> CameraRaw = new(StringComparer.OrdinalIgnoreCase)
    {
        ".3fr",
        ".arw",
        ".cr2",
        ".dcr",
        ".dng",
        ".erf",
        ".fff",
        ".iiq",
        ".kdc",
        ".mef",
        ".mos",
        ".nef",
        ".nrw",
        ".pef",
        ".rwl",
        ".sr2",
        ".srf",
        ".srw",
    };

    /// <summary>Whether a file holds a picture of a format that is read here.</summary>
    /// <param name="path">A regular file.</param>
    /// <returns>False also for a file that cannot be opened.</returns>
    public static bool IsPicture(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (CameraRaw.Contains(Path.GetExtension(path)))
            return false;
        try
        {
            using var file = Files.OpenHandle(path);
            Span<byte> start = stackalloc byte[PictureSignature.Length];
            return PictureSignature.FormatOf(start[..RandomAccess.Read(file, start, 0)]) is not null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
