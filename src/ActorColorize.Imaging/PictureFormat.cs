namespace ActorColorize.Imaging;

/// <summary>The file formats that are read and written. A picture is written in the format that it was read from.</summary>
public enum PictureFormat
{
    /// <summary>JPEG: 8 bit, grey, RGB or CMYK.</summary>
    Jpeg,

    /// <summary>PNG: 8 or 16 bit, with or without palette and alpha.</summary>
    Png,

    /// <summary>WebP: 8 bit, lossy or lossless.</summary>
    WebP,

    /// <summary>TIFF and BigTIFF: 8 or 16 bit.</summary>
    Tiff,

    /// <summary>BMP of Windows and OS/2: up to 8 bits a channel.</summary>
    Bmp,

    /// <summary>Truevision TGA.</summary>
    Tga,

    /// <summary>Netpbm: PBM, PGM and PPM, as text or binary; 8 or 16 bit.</summary>
    Pnm,

    /// <summary>GIF: a palette of at most 256 colours.</summary>
    Gif,
}
