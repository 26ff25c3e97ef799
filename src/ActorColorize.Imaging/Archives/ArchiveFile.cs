using ActorColorize.Data.Storage;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;

namespace ActorColorize.Imaging.Archives;

/// <summary>An archive's picture file, opened for reading.</summary>
internal sealed class ArchiveFile : IDisposable
{
    private readonly FileStream stream;

    private ArchiveFile(string path, FileStream stream, PictureFormat format, CancellationToken cancellation)
    {
        Path = path;
        this.stream = stream;
        Format = format;
        Cancellation = cancellation;
    }

    /// <summary>Its name.</summary>
    public string Path { get; }

    public PictureFormat Format { get; }

    /// <summary>Ends the decoding of its pixels.</summary>
    public CancellationToken Cancellation { get; }

    public long Length => stream.Length;

    /// <summary>The file's bytes; position it before reading.</summary>
    public Stream Content => stream;

    /// <summary>Opens a file after checking its length and first bytes.</summary>
    /// <exception cref="PictureException">It cannot be opened, is empty, too long, or not a supported picture.</exception>
    public static ArchiveFile Open(string path, PictureLimits limits, CancellationToken cancellation = default)
    {
        var opened = OpenStream(path);
        try
        {
            return From(path, opened, limits, cancellation);
        }
        catch (PictureException)
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file for reading, whatever it contains.</summary>
    /// <exception cref="PictureException">It cannot be opened.</exception>
    public static FileStream OpenStream(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Files.OpenRead(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw PictureFault.Opening(path, fault);
        }
    }

    /// <summary>Takes over an open file after checking its length and first bytes.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="opened">The file; disposed with this object.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="cancellation">Ends the decoding of its pixels.</param>
    /// <exception cref="PictureException">It is empty, too long, or not a supported picture; the stream stays open.</exception>
    public static ArchiveFile From(string path, FileStream opened, PictureLimits limits, CancellationToken cancellation = default)
    {
        ArchiveImaging.EnsureReady();
        try
        {
            limits.CheckBytes(path, opened.Length);
            Span<byte> start = stackalloc byte[PictureSignature.Length];
            opened.Position = 0;
            var read = opened.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return new ArchiveFile(path, opened, PictureSignature.Read(path, start[..read]), cancellation);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw PictureFault.Opening(path, fault);
        }
    }

    /// <summary>What a codec keeps of the file until it is closed: the frames of an animation, which are decoded together.</summary>
    public IDisposable? Frames { get; set; }

    /// <summary>Reads at a place, without moving <see cref="Content"/>.</summary>
    public int ReadAt(long position, Span<byte> bytes) => RandomAccess.Read(stream.SafeFileHandle, bytes, position);

    public void Dispose()
    {
        Frames?.Dispose();
        stream.Dispose();
    }

    /// <summary>The exception for a file that a decoder does not understand.</summary>
    /// <param name="reason">The decoder's reason.</param>
    /// <param name="fault">Its exception.</param>
    public PictureException Damage(string reason, Exception? fault = null)
    {
        var isTruncated = Format switch
        {
            PictureFormat.Jpeg => reason.Contains("premature end", StringComparison.OrdinalIgnoreCase)
                || (fault?.Message.Contains("premature end", StringComparison.OrdinalIgnoreCase) ?? false),
            PictureFormat.Png => PngMetadata.IsTruncated(stream),
            PictureFormat.WebP => WebPMetadata.IsTruncated(stream),
            PictureFormat.Tiff => TiffMetadata.IsTruncated(stream),
            PictureFormat.Bmp => BmpIntegrity.Check(Path, stream).Damage?.Problem == PictureProblem.Truncated,
            PictureFormat.Tga => TgaIntegrity.Check(Path, stream).Damage?.Problem == PictureProblem.Truncated,
            PictureFormat.Pnm => PnmIntegrity.Check(Path, stream).Damage?.Problem == PictureProblem.Truncated,
            _ => GifIntegrity.Check(Path, stream).Damage?.Problem == PictureProblem.Truncated,
        };
        return isTruncated
            ? new PictureException(PictureProblem.Truncated, $"{Path}: the file ends before the picture does.", fault)
            : new PictureException(PictureProblem.Unreadable, $"{Path}: damaged: {reason}", fault);
    }
}
