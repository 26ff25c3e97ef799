namespace ActorColorize.Protocol;

/// <summary>What reads the pixels of pictures.</summary>
public enum CodecChoice
{
    /// <summary>libvips for the formats that it reads, ImageSharp for the others.</summary>
    Auto,

    /// <summary>libvips: native, quick, in little memory.</summary>
    Vips,

    /// <summary>ImageSharp: managed code, for files of strangers.</summary>
    Imagesharp,
}
