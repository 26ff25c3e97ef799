using System.Runtime.InteropServices;
using ActorColorize.Imaging.Archives;
using NetVips;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using Image = NetVips.Image;

namespace ActorColorize.Imaging.Codecs;

/// <summary>
/// ImageSharp: the file is parsed by managed code only. It decodes a whole picture before anything is made of it, so large pictures take
/// turns. Netpbm files are read here: ImageSharp 2.1 takes pixels that look like white space for white space, and rounds the factor of
/// other greatest values than 255 and 65,535.
/// </summary>
internal sealed class ImageSharpCodec : IPictureCodec
{
    private const long LargePixels = 16_000_000;

    private static readonly Configuration Limited = new(
        new BmpConfigurationModule(),
        new GifConfigurationModule(),
        new JpegConfigurationModule(),
        new PngConfigurationModule(),
        new TgaConfigurationModule(),
        new TiffConfigurationModule(),
        new WebpConfigurationModule()
    )
    {
        MaxDegreeOfParallelism = 1,
        MemoryAllocator = MemoryAllocator.Create(
            new MemoryAllocatorOptions { AllocationLimitMegabytes = 2048, MaximumPoolSizeMegabytes = 64 }
        ),
    };

    private readonly Lock large = new();

    public PictureCodec Kind => PictureCodec.ImageSharp;

    public bool Reads(PictureFormat format) => true;

    public T Header<T>(ArchiveFile file, int directory, Func<Image, T> use)
    {
        var layout = Guarded(file, () => PixelLayout.Read(file, directory, Limited));
        using var blank = Image.Black(layout.Width, layout.Height, bands: layout.Bands);
        using var cast = blank.Cast(layout.IsWide ? Enums.BandFormat.Ushort : Enums.BandFormat.Uchar);
        using var modelled = cast.Copy(interpretation: NativePixels.Interpretation(layout.Bands, layout.IsWide));
        using var described = layout.Describe(modelled);
        return use(described);
    }

    public T Pixels<T>(ArchiveFile file, PictureHeader header, Func<Image, T> use)
    {
        if (header.Pixels * header.Pages <= LargePixels)
            return Decoded(file, header.Directory, use);
        lock (large)
            return Decoded(file, header.Directory, use);
    }

    public T Small<T>(ArchiveFile file, PictureHeader header, ThumbnailSize size, Func<Image, T> use) => Pixels(file, header, image =>
        {
            using var small = image.ThumbnailImage(
                size.Width,
                height: size.Height,
                size: Enums.Size.Force,
                outputProfile: header.HasIccProfile ? "srgb" : null,
                intent: Enums.Intent.Relative
            );
            return use(small);
        });

    private static T Decoded<T>(ArchiveFile file, int directory, Func<Image, T> use)
    {
        var (layout, pixels) = Guarded(file, () =>
        {
            var layout = PixelLayout.Read(file, directory, Limited);
            return (layout, file.Format == PictureFormat.Pnm ? PnmPixels.Read(file) : Decode(file, directory, layout));
        });
        using (pixels)
        {
            using var image = pixels.ToImage();
            using var described = layout.Describe(image);
            return use(described);
        }
    }

    private static NativePixels Decode(ArchiveFile file, int directory, PixelLayout layout)
    {
        var content = directory > 0 && file.Format == PictureFormat.Tiff ? new TiffFromPage(file.Content, directory) : file.Content;
        var frame = file.Format == PictureFormat.Gif ? directory : 0;
        content.Position = 0;
        IImageDecoder decoder = file.Format switch
        {
            PictureFormat.Jpeg => new JpegDecoder { IgnoreMetadata = true },
            PictureFormat.Png => new PngDecoder { IgnoreMetadata = true },
            PictureFormat.WebP => new WebpDecoder { IgnoreMetadata = true },
            PictureFormat.Tiff => new TiffDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First },
            PictureFormat.Bmp => new BmpDecoder(),
            PictureFormat.Tga => new TgaDecoder(),
            _ => new GifDecoder { IgnoreMetadata = true, DecodingMode = frame > 0 ? FrameDecodingMode.All : FrameDecodingMode.First },
        };
        return (layout.Bands, layout.IsWide) switch
        {
            (1, false) => Decode<L8>(file, content, layout, decoder, frame),
            (1, true) => Decode<L16>(file, content, layout, decoder, frame),
            (2, false) => Decode<La16>(file, content, layout, decoder, frame),
            (2, true) => Decode<La32>(file, content, layout, decoder, frame),
            (3, false) => Decode<Rgb24>(file, content, layout, decoder, frame),
            (3, true) => Decode<Rgb48>(file, content, layout, decoder, frame),
            (_, false) => Decode<Rgba32>(file, content, layout, decoder, frame),
            (_, true) => Decode<Rgba64>(file, content, layout, decoder, frame),
        };
    }

    private static NativePixels Decode<TPixel>(ArchiveFile file, Stream content, PixelLayout layout, IImageDecoder decoder, int frame)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Image<TPixel> Decoded() => decoder.Decode<TPixel>(Limited, content, file.Cancellation);
        using var first = frame == 0 ? Decoded() : null;
        var image = first ?? (Image<TPixel>)(file.Frames ??= Decoded());
        if (image.Width != layout.Width || image.Height != layout.Height)
            throw file.Damage("its header and its pixels differ in size");
        if (frame >= image.Frames.Count)
            throw file.Damage($"it has no frame {frame + 1}");
        var pixels = new NativePixels(layout.Width, layout.Height, layout.Bands, layout.IsWide);
        image
            .Frames[frame]
            .ProcessPixelRows(rows =>
            {
                for (var y = 0; y < rows.Height; y++)
                    MemoryMarshal
                        .AsBytes(rows.GetRowSpan(y))
                        .CopyTo(layout.IsWide ? MemoryMarshal.AsBytes(pixels.Row<ushort>(y)) : pixels.Row<byte>(y));
            });
        return pixels;
    }

    /// <summary>What a file makes ImageSharp throw is about that file: its parsers run into ends of arrays as well.</summary>
    private static T Guarded<T>(ArchiveFile file, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (fault is NotSupportedException or UnknownImageFormatException)
        {
            throw PictureSupport.Unsupported(file.Path, $"{Line(fault)} (codec imagesharp; the codec vips may read it)");
        }
        catch (IOException fault)
        {
            throw PictureFault.Opening(file.Path, fault);
        }
        catch (Exception fault) when (fault is not (PictureException or OperationCanceledException or OutOfMemoryException))
        {
            file.Cancellation.ThrowIfCancellationRequested();
            throw file.Damage(Line(fault), fault);
        }
    }

    private static string Line(Exception fault) => fault.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
