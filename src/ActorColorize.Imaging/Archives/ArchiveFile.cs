using ActorColorize.Imaging.Metadata;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// An archive's picture file, opened for reading. libvips reads it through a stream: it parses options from file names ("scan [2].tif"
/// would be page 2 of "scan "), and a file that it maps into memory would crash the process with SIGBUS if it were truncated concurrently.
/// </summary>
internal sealed class ArchiveFile : IDisposable
{
    private readonly string path;
    private readonly FileStream stream;

    private ArchiveFile(string path, FileStream stream, PictureFormat format)
    {
        this.path = path;
        this.stream = stream;
        Format = format;
    }

    public PictureFormat Format { get; }

    public long Length => stream.Length;

    /// <summary>The file's bytes; position it before reading, and do not read while a picture loaded from here is being decoded.</summary>
    public Stream Content => stream;

    /// <summary>Opens a file after checking its length and first bytes.</summary>
    /// <exception cref="PictureException">It cannot be opened, is empty, too long, or not a supported picture.</exception>
    public static ArchiveFile Open(string path, PictureLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArchiveImaging.EnsureReady();
        FileStream? opened = null;
        try
        {
            opened = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            limits.CheckBytes(path, opened.Length);
            Span<byte> start = stackalloc byte[PictureSignature.Length];
            var read = opened.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return new ArchiveFile(path, opened, PictureSignature.Read(path, start[..read]));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            opened?.Dispose();
            throw PictureFault.Opening(path, fault);
        }
        catch (PictureException)
        {
            opened?.Dispose();
            throw;
        }
    }

    /// <summary>Gives a picture loaded from this file to a function, which must not use its pixels after it returns.</summary>
    /// <param name="use">The function. It is called again if it fails, see <see cref="VipsErrors"/>.</param>
    /// <param name="failOn">Which complaints of the decoder are errors.</param>
    /// <exception cref="PictureException">libvips cannot decode it: truncated, or damaged.</exception>
    public T Read<T>(Func<Image, T> use, Enums.FailOn failOn = Enums.FailOn.Truncated) =>
        FromStart(source =>
        {
            using var image = Load(source, failOn);
            return use(image);
        });

    /// <summary>Gives the file as a source of bytes to a function, which must not use it after it returns.</summary>
    /// <param name="use">The function. It is called again if it fails, see <see cref="VipsErrors"/>.</param>
    /// <exception cref="PictureException">libvips cannot decode it: truncated, or damaged.</exception>
    public T FromStart<T>(Func<Source, T> use)
    {
        Exception? unreadable = null;
        try
        {
            return VipsErrors.Decode(() =>
            {
                stream.Position = 0;
                using var source = new SourceCustom();
                source.OnRead += (buffer, length) =>
                {
                    try
                    {
                        return stream.Read(buffer, 0, length);
                    }
                    catch (IOException fault)
                    {
                        // Exceptions must not propagate through the native decoder; it is given the end of the file instead.
                        unreadable ??= fault;
                        return -1;
                    }
                };
                source.OnSeek += stream.Seek;
                return use(source);
            });
        }
        catch (VipsException fault)
        {
            throw unreadable is null ? Damage(fault) : PictureFault.Opening(path, unreadable);
        }
    }

    public void Dispose() => stream.Dispose();

    // The format is known: naming the loader keeps every other one out. Damage in the middle of a file is an error too, rather than a grey
    // area in the picture.
    private Image Load(Source source, Enums.FailOn failOn) =>
        Format switch
        {
            PictureFormat.Jpeg => Image.JpegloadSource(source, access: Enums.Access.Sequential, failOn: failOn),
            PictureFormat.Png => Image.PngloadSource(source, access: Enums.Access.Sequential, failOn: failOn),
            PictureFormat.WebP => Image.WebploadSource(source, access: Enums.Access.Sequential, failOn: failOn),
            _ => Image.TiffloadSource(source, access: Enums.Access.Sequential, failOn: failOn),
        };

    private PictureException Damage(VipsException fault)
    {
        var isTruncated = Format switch
        {
            PictureFormat.Jpeg => fault.Message.Contains("premature end", StringComparison.OrdinalIgnoreCase),
            PictureFormat.Png => PngMetadata.IsTruncated(stream),
            PictureFormat.WebP => WebPMetadata.IsTruncated(stream),
            _ => TiffMetadata.IsTruncated(stream),
        };
        return isTruncated
            ? new PictureException(PictureProblem.Truncated, $"{path}: the file ends before the picture does.", fault)
            : new PictureException(PictureProblem.Unreadable, $"{path}: damaged: {VipsErrors.OneLine(fault)}", fault);
    }
}
