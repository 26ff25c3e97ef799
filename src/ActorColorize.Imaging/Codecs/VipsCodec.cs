using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Imaging.Codecs;

/// <summary>
/// libvips. It reads a file through a stream: it parses options from file names ("scan [2].tif" would be page 2 of "scan "), and a file
/// that it maps into memory would crash the process with SIGBUS if it were truncated concurrently.
/// </summary>
internal sealed class VipsCodec : IPictureCodec
{
    public PictureCodec Kind => PictureCodec.Vips;

    public bool Reads(PictureFormat format) =>
        format is PictureFormat.Jpeg or PictureFormat.Png or PictureFormat.WebP or PictureFormat.Tiff;

    public T Header<T>(ArchiveFile file, int directory, Func<Image, T> use) => Read(file, directory, Enums.FailOn.Truncated, use);

    public T Pixels<T>(ArchiveFile file, PictureHeader header, Func<Image, T> use) => Read(file, header.Directory, header.FailOn, use);

    // JPEG and WebP are reduced while they are decoded; a later page is chosen before it is reduced.
    public T Small<T>(ArchiveFile file, PictureHeader header, ThumbnailSize size, Func<Image, T> use) =>
        header.Directory > 0 ? SmallPage(file, header, size, use) : FromStart(file, source =>
            {
                using var small = Image.ThumbnailSource(
                    source,
                    size.Width,
                    height: size.Height,
                    size: Enums.Size.Force,
                    inputProfile: header.IsCmyk ? "cmyk" : null,
                    outputProfile: header.HasIccProfile || header.IsCmyk ? "srgb" : null,
                    intent: Enums.Intent.Relative,
                    failOn: header.FailOn
                );
                return use(small);
            });

    private T SmallPage<T>(ArchiveFile file, PictureHeader header, ThumbnailSize size, Func<Image, T> use) => Pixels(file, header, image =>
        {
            using var small = image.ThumbnailImage(
                size.Width,
                height: size.Height,
                size: Enums.Size.Force,
                inputProfile: header.IsCmyk ? "cmyk" : null,
                outputProfile: header.HasIccProfile || header.IsCmyk ? "srgb" : null,
                intent: Enums.Intent.Relative
            );
            return use(small);
        });

    private static T Read<T>(ArchiveFile file, int directory, Enums.FailOn failOn, Func<Image, T> use) => FromStart(file, source =>
        {
            using var image = Load(file.Format, source, directory, failOn);
            return use(image);
        });

    /// <summary>
    /// Gives a libvips source over the file to a function. The function is called again if it fails, see <see cref="VipsErrors"/>.
    /// </summary>
    private static T FromStart<T>(ArchiveFile file, Func<Source, T> use)
    {
        Exception? unreadable = null;
        try
        {
            return VipsErrors.Decode(() =>
            {
                // Metadata of the file may be read while its pixels are being decoded.
                var position = 0L;
                using var source = new SourceCustom();
                source.OnRead += (buffer, length) =>
                {
                    try
                    {
                        file.Cancellation.ThrowIfCancellationRequested();
                        var read = file.ReadAt(position, buffer.AsSpan(0, length));
                        position += read;
                        return read;
                    }
                    catch (Exception fault) when (fault is IOException or OperationCanceledException)
                    {
                        // Exceptions must not propagate through the native decoder; it is given the end of the file instead.
                        unreadable ??= fault;
                        return -1;
                    }
                };
                source.OnSeek += (offset, origin) =>
                {
                    var target = origin switch
                    {
                        SeekOrigin.Begin => offset,
                        SeekOrigin.Current => position + offset,
                        _ => file.Length + offset,
                    };
                    return target < 0 ? -1 : position = target; // a damaged file may point before its beginning; the decoder gives up
                };
                return use(source);
            });
        }
        catch (VipsException fault)
        {
            file.Cancellation.ThrowIfCancellationRequested();
            throw unreadable is null ? file.Damage(VipsErrors.OneLine(fault), fault) : PictureFault.Opening(file.Path, unreadable);
        }
    }

    // The format is known: naming the loader keeps every other one out. Damage in the middle of a file is an error too, rather than a grey
    // area in the picture.
    private static Image Load(PictureFormat format, Source source, int directory, Enums.FailOn failOn) =>
        format switch
        {
            PictureFormat.Jpeg => Image.JpegloadSource(source, access: Enums.Access.Sequential, failOn: failOn),
            PictureFormat.Png => Image.PngloadSource(source, access: Enums.Access.Sequential, failOn: failOn),
            PictureFormat.WebP => Image.WebploadSource(source, page: directory, access: Enums.Access.Sequential, failOn: failOn),
            _ => Image.TiffloadSource(source, page: directory, access: Enums.Access.Sequential, failOn: failOn),
        };
}
