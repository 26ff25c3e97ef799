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
}
