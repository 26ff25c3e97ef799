using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Codecs;

/// <summary>
/// Reads the pixels of picture files. This is all that depends on the codec: checks of the file, metadata, colours and encoding do not.
/// Pictures are handed over as libvips' images, which hold or compute pixels; the file is not parsed by libvips unless the codec does so.
/// </summary>
internal interface IPictureCodec
{
    /// <summary>Which one it is.</summary>
    PictureCodec Kind { get; }

    /// <summary>Whether it reads any picture of a format.</summary>
    bool Reads(PictureFormat format);

    /// <summary>Gives what a header says to a function: size, depth, channels, profile, orientation. It must not read pixels.</summary>
    /// <exception cref="PictureException">The header is damaged, or the kind of picture is not supported by this codec.</exception>
    /// <param name="file">The file.</param>
    /// <param name="directory">Which directory of a TIFF, or which frame of an animation, from 0; else 0.</param>
    /// <param name="use">The function.</param>
    T Header<T>(ArchiveFile file, int directory, Func<Image, T> use);

    /// <summary>Gives the picture, as the file has it, to a function, which must not use its pixels after it returns.</summary>
    /// <exception cref="PictureException">It cannot be decoded: truncated, damaged, or not supported by this codec.</exception>
    /// <exception cref="OperationCanceledException">The file's cancellation was requested.</exception>
    T Pixels<T>(ArchiveFile file, PictureHeader header, Func<Image, T> use);

    /// <summary>Gives a small version, upright and in sRGB, to a function.</summary>
    /// <exception cref="PictureException">As for <see cref="Pixels"/>.</exception>
    /// <exception cref="OperationCanceledException">The file's cancellation was requested.</exception>
    T Small<T>(ArchiveFile file, PictureHeader header, ThumbnailSize size, Func<Image, T> use);
}
