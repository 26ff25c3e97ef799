using ActorColorize.Imaging.Integrity;

namespace ActorColorize.Imaging;

/// <summary>Detects a file's format by its first bytes. Extensions are unreliable: archives contain PNGs named .jpg.</summary>
internal static class PictureSignature
{
    /// <summary>As many bytes as <see cref="Read"/> looks at.</summary>
    public const int Length = 18;

    /// <summary>Detects the format.</summary>
    /// <param name="path">For the message.</param>
    /// <param name="start">The file's first bytes; fewer than <see cref="Length"/> only if the file is shorter.</param>
    /// <exception cref="PictureException"><see cref="PictureProblem.Unsupported"/> for a picture of another format, naming it; else
    /// <see cref="PictureProblem.Unreadable"/>.</exception>
    public static PictureFormat Read(string path, ReadOnlySpan<byte> start)
    {
        if (FormatOf(start) is { } format)
            return format;
        if (OtherFormat(start) is { } name)
            throw new PictureException(
                PictureProblem.Unsupported,
                $"{path}: {name} pictures are not supported; convert to JPEG, PNG, WebP or TIFF."
            );
        throw new PictureException(PictureProblem.Unreadable, $"{path}: not a picture, whatever its name says.");
    }

    /// <summary>The format by a file's first bytes; null if it is none that is read here.</summary>
    public static PictureFormat? FormatOf(ReadOnlySpan<byte> start)
    {
        if (start is [0xFF, 0xD8, 0xFF, ..])
            return PictureFormat.Jpeg;
        if (start is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..])
            return PictureFormat.Png;
        if (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WEBP"u8))
            return PictureFormat.WebP;
        // Classic TIFF says 42 after the byte order, BigTIFF 43.
        if (start is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..])
            return PictureFormat.Tiff;
        if (start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8))
            return PictureFormat.Gif;
        if (BmpHeader.Matches(start))
            return PictureFormat.Bmp;
        if (PnmHeader.Matches(start))
            return PictureFormat.Pnm;
        // TGA has no signature: a header that no other file begins with must do.
        return TgaHeader.Matches(start) ? PictureFormat.Tga : null;
    }

    private static string? OtherFormat(ReadOnlySpan<byte> start) =>
        start switch
        {
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "HEIF or AVIF",
            [0xFF, 0x0A, ..] or [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => "JPEG XL",
            [0, 0, 0, 0x0C, (byte)'j', (byte)'P', ..] => "JPEG 2000",
            [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => "Photoshop",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "PDF",
            [(byte)'P', (byte)'F' or (byte)'f', (byte)'\n', ..] => "PFM",
            [(byte)'P', (byte)'7', (byte)'\n', ..] => "PAM",
            [(byte)'q', (byte)'o', (byte)'i', (byte)'f', ..] => "QOI",
            _ => null,
        };
}
