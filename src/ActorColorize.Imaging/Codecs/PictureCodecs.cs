namespace ActorColorize.Imaging.Codecs;

/// <summary>The codecs, and which one reads what.</summary>
internal static class PictureCodecs
{
    /// <summary>libvips.</summary>
    public static IPictureCodec Vips { get; } = new VipsCodec();

    /// <summary>ImageSharp.</summary>
    public static IPictureCodec ImageSharp { get; } = new ImageSharpCodec();

    /// <summary>The codec that has read a header.</summary>
    public static IPictureCodec Of(PictureCodec codec) => codec == PictureCodec.ImageSharp ? ImageSharp : Vips;

    /// <summary>The codec for a file.</summary>
    /// <param name="path">For the message.</param>
    /// <param name="format">The file's format.</param>
    /// <param name="wanted">The one that is asked for.</param>
    /// <exception cref="PictureException"><see cref="PictureProblem.Unsupported"/>: it does not read this format.</exception>
    public static IPictureCodec For(string path, PictureFormat format, PictureCodec wanted)
    {
        var codec = wanted == PictureCodec.Auto && !Vips.Reads(format) ? ImageSharp : Of(wanted);
        return codec.Reads(format)
            ? codec
            : throw new PictureException(
                PictureProblem.Unsupported,
                $"{path}: not supported: {format} by the codec {wanted.ToString().ToLowerInvariant()}; use the codec auto."
            );
    }
}
