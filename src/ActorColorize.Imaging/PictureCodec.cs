namespace ActorColorize.Imaging;

/// <summary>The library that reads the pixels of a picture.</summary>
public enum PictureCodec
{
    /// <summary>libvips for what it reads (JPEG, PNG, WebP, TIFF), ImageSharp for the rest (BMP, TGA, PBM, PGM, PPM, GIF).</summary>
    Auto,

    /// <summary>libvips: native, streaming, reads CMYK and tiles.</summary>
    Vips,

    /// <summary>ImageSharp: managed code, which a hostile file can make throw, but not write where it should not.</summary>
    ImageSharp,
}
