using ActorColorize.Data.Storage;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// What is done to one picture file as a whole: read it for the network, and write its coloured version. The work is done in this process
/// (<see cref="PictureProcessor"/>) or in another one; the result is the same to the byte.
/// </summary>
public interface IPictureProcessor : IDisposable
{
    /// <summary>Reads a picture strictly, and makes what the network sees of it.</summary>
    /// <param name="path">The picture file.</param>
    /// <param name="options">Limits and sizes.</param>
    /// <exception cref="PictureException">It is missing, unreadable, damaged, too large, has too many frames, or is not
    /// supported.</exception>
    /// <exception cref="IOException">The work cannot be done here at present; the file is not to blame.</exception>
    PictureReading Read(string path, PictureReadOptions options);

    /// <summary>Makes a small JPEG of a picture of any kind, upright, in sRGB; of an animation, of its first frame.</summary>
    /// <param name="path">The picture file.</param>
    /// <param name="side">Its longer side at most, in pixels.</param>
    /// <exception cref="PictureException">It is missing or cannot be read.</exception>
    /// <exception cref="IOException">The work cannot be done here at present.</exception>
    byte[] Preview(string path, int side);

    /// <summary>Writes the coloured version of a picture: see <see cref="Recomposer"/>.</summary>
    /// <param name="picture">The original, its pages and their new colours.</param>
    /// <param name="options">Strength and encoding.</param>
    /// <param name="destination">Path of the result, written atomically; its folder is created if it is missing.</param>
    /// <param name="beforePublishing">Called when the picture is on the disk, immediately before the rename; may throw to abandon the
    /// file.</param>
    /// <exception cref="PictureException">The original is truncated, damaged, or has changed since it was read.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    RecomposedPicture Recompose(PictureToRecompose picture, RecomposeOptions options, string destination, Action? beforePublishing = null);
}

/// <summary>How a picture is read.</summary>
/// <param name="Limits">Limits, checked before it is decoded.</param>
/// <param name="NetworkSide">The nominal side of what the network sees, in pixels: see <see cref="ThumbnailSize"/>.</param>
/// <param name="Salvage">Whether a damaged picture is taken as far as it can be read.</param>
public sealed record PictureReadOptions(PictureLimits Limits, int NetworkSide, bool Salvage = false)
{
    /// <summary>What reads its pixels.</summary>
    public PictureCodec Codec { get; init; } = PictureCodec.Auto;

    /// <summary>Which page of several; the header of the first one says how many there are.</summary>
    public int Page { get; init; }
}

/// <summary>A picture, or a page of it, that was read.</summary>
/// <param name="Header">Facts from its header, with notes about what is odd about the file.</param>
/// <param name="Thumbnail">What the network sees; null for a single page of black and white only, which has no room for colour.</param>
public sealed record PictureReading(PictureHeader Header, Thumbnail? Thumbnail);

/// <summary>A picture and its new colours.</summary>
/// <param name="Source">Path of the original; only read.</param>
/// <param name="Pages">All its pages, in order; most pictures have one.</param>
public sealed record PictureToRecompose(string Source, IReadOnlyList<RecomposePage> Pages)
{
    /// <summary>The file's version when it was read; the result is abandoned if it is another one by then. Null: not checked.</summary>
    public FileVersion? Version { get; init; }
}

/// <summary>Does the work in this process, on the calling thread.</summary>
public sealed class PictureProcessor : IPictureProcessor
{
    /// <inheritdoc/>
    public PictureReading Read(string path, PictureReadOptions options)
    {
        using var file = ArchivePicture.Open(path);
        return ArchivePicture.Read(path, file, options);
    }

    /// <inheritdoc/>
    public byte[] Preview(string path, int side) => PreviewJpeg.Of(path, side, PreviewJpeg.Quality).Bytes;

    /// <inheritdoc/>
    public RecomposedPicture Recompose(
        PictureToRecompose picture,
        RecomposeOptions options,
        string destination,
        Action? beforePublishing = null
    ) => Recomposer.Recompose(picture, options, destination, beforePublishing);

    /// <inheritdoc/>
    public void Dispose() { }
}
