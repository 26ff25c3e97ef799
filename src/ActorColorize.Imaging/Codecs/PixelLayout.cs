using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;
using NetVips;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using Configuration = SixLabors.ImageSharp.Configuration;
using Image = NetVips.Image;
using PngMetadata = ActorColorize.Imaging.Metadata.PngMetadata;

namespace ActorColorize.Imaging.Codecs;

/// <summary>How a file's pixels are laid out, and what its header says about them, without libvips.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Bands">Channels: 1 grey, 2 with alpha, 3 RGB, 4 with alpha.</param>
/// <param name="IsWide">Whether samples have 16 bits.</param>
internal sealed record PixelLayout(int Width, int Height, int Bands, bool IsWide)
{
    private const ushort ProfileTag = 0x8773;

    /// <summary>EXIF orientation, 1 to 8; 0: not stated.</summary>
    private int Orientation { get; init; }

    private byte[]? Profile { get; init; }

    /// <summary>Pixels per millimetre; null: not stated.</summary>
    private (double X, double Y)? Resolution { get; init; }

    private bool IsProgressive { get; init; }

    private int Frames { get; init; } = 1;

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="PictureException">It is damaged, or the kind of picture is not supported by ImageSharp.</exception>
    public static PixelLayout Read(ArchiveFile file, int directory, Configuration configuration) =>
        file.Format switch
        {
            PictureFormat.Jpeg => Jpeg(file, configuration),
            PictureFormat.Png => Png(file, configuration),
            PictureFormat.WebP => WebP(file, configuration),
            PictureFormat.Tiff => Tiff(file, directory),
            PictureFormat.Bmp => Bmp(file),
            PictureFormat.Tga => Tga(file),
            PictureFormat.Pnm => Pnm(file),
            _ => Gif(file, directory),
        };

    /// <summary>A picture with these facts in the fields where libvips' own loaders put them.</summary>
    public Image Describe(Image image)
    {
        using var scaled = Resolution is { } resolution ? image.Copy(xres: resolution.X, yres: resolution.Y) : image.Copy();
        return scaled.Mutate(fields =>
        {
            if (Orientation > 0)
                fields.Set(GValue.GIntType, "orientation", Orientation);
            if (Profile is not null)
                fields.Set(GValue.BlobType, "icc-profile-data", Profile);
            if (IsProgressive)
                fields.Set(GValue.GIntType, "interlaced", 1);
            if (Frames > 1)
                fields.Set(GValue.GIntType, "n-pages", Frames);
        });
    }

    private static PixelLayout Jpeg(ArchiveFile file, Configuration configuration)
    {
        var structure = JpegStructure.Read(file.Content, headersOnly: true);
        if (structure.Components == 0)
            throw file.Damage("it has no frame header");
        if (structure.Components is not (1 or 3))
            throw PictureSupport.Unsupported(
                file.Path,
                $"{structure.Components} channels in JPEG by the codec imagesharp; the codec vips reads CMYK"
            );
        var info = Identify(file, stream => new JpegDecoder().Identify(configuration, stream, file.Cancellation));
        const int progressive = 0xC2;
        return Of(file, info, structure.Components, false) with
        {
            Profile = info.Metadata.IccProfile?.ToByteArray(),
            IsProgressive = structure.Frame == progressive,
        };
    }

    private static PixelLayout Png(ArchiveFile file, Configuration configuration)
    {
        var info = Identify(file, stream => new PngDecoder().Identify(configuration, stream, file.Cancellation));
        var png = info.Metadata.GetPngMetadata();
        var isGrey = png.ColorType is PngColorType.Grayscale or PngColorType.GrayscaleWithAlpha;
        var hasAlpha =
            png.ColorType is PngColorType.GrayscaleWithAlpha or PngColorType.RgbWithAlpha || PngMetadata.HasTransparency(file.Content);
        return Of(file, info, (isGrey ? 1 : 3) + (hasAlpha ? 1 : 0), png.BitDepth == PngBitDepth.Bit16) with
        {
            Profile = PngMetadata.Profile(file.Content),
            IsProgressive = png.InterlaceMethod == PngInterlaceMode.Adam7,
        };
    }

    private static PixelLayout WebP(ArchiveFile file, Configuration configuration)
    {
        if (WebPMetadata.IsAnimation(file.Content))
            return new PixelLayout(1, 1, 3, false) { Frames = 2 };
        // ImageSharp decodes what is left of a cut file.
        if (WebPMetadata.IsTruncated(file.Content))
            throw file.Damage("it is shorter than it says");
        var info = Identify(file, stream => new WebpDecoder().Identify(configuration, stream, file.Cancellation));
        return Of(file, info, WebPMetadata.HasAlpha(file.Content) ? 4 : 3, false) with
        {
            Profile = info.Metadata.IccProfile?.ToByteArray(),
        };
    }

    private static PixelLayout Tiff(ArchiveFile file, int directory)
    {
        const int palette = 3,
            rgb = 2,
            yCbCr = 6;
        var pages = TiffPage.ReadAll(file.Content);
        if (directory >= pages.Count)
            throw file.Damage("it has no directory");
        var page = pages[directory];
        if (page.IsTiled)
            throw PictureSupport.Unsupported(file.Path, "tiled TIFF by the codec imagesharp; the codec vips reads it");
        var colors = page.Photometric is palette or rgb or yCbCr ? 3 : 1;
        var extra = page.Samples - (page.Photometric == palette ? 1 : colors);
        if (page.Photometric is not (0 or 1 or palette or rgb or yCbCr) || extra is not (0 or 1) || (extra == 1 && colors == 1))
            throw PictureSupport.Unsupported(
                file.Path,
                $"TIFF of colour model {page.Photometric} with {page.Samples} channels by the codec imagesharp; the codec vips reads more"
            );
        var (layout, _) = TiffDirectory.ReadHeader(file.Content)!.Value;
        var entries = TiffDirectory.Read(file.Content, layout, TiffDirectory.Chain(file.Content, directory + 1)[directory]);
        var orientation = entries.Find(static entry => entry.Tag == TiffTag.Orientation) is { } stored
            ? TiffDirectory.Numbers(file.Content, layout, stored)
            : null;
        var profile = entries.Find(static entry => entry.Tag == ProfileTag);
        return new PixelLayout(
            Side(file, page.Width),
            Side(file, page.Height),
            colors + (int)extra,
            page.Bits == 16 && page.Photometric != palette
        )
        {
            Orientation = orientation is [>= 1 and <= 8 and var turn, ..] ? (int)turn : 0,
            Profile = profile is null ? null : TiffDirectory.Values(file.Content, layout, profile),
        };
    }

    private static PixelLayout Bmp(ArchiveFile file)
    {
        var header = BmpHeader.Read(file.Content) ?? throw file.Damage("its header is not complete");
        const double millimetres = 1000;
        return new PixelLayout(Side(file, header.Width), Side(file, header.Height), header.AlphaMask != 0 ? 4 : 3, false)
        {
            Resolution = header.PixelsPerMetre is { X: > 0, Y: > 0 } stated ? (stated.X / millimetres, stated.Y / millimetres) : null,
        };
    }

    private static PixelLayout Tga(ArchiveFile file)
    {
        var header = TgaHeader.Read(file.Content) ?? throw file.Damage("its header is not complete");
        return new PixelLayout(
            Side(file, header.Width),
            Side(file, header.Height),
            header.IsGrey ? 1
                : header.HasAlpha ? 4
                : 3,
            false
        );
    }

    private static PixelLayout Pnm(ArchiveFile file)
    {
        var header = PnmHeader.Read(file.Content) ?? throw file.Damage("its header is not complete");
        if (header.Maximum is < 1 or > ushort.MaxValue)
            throw file.Damage($"its greatest value is {header.Maximum:N0}");
        return new PixelLayout(Side(file, header.Width), Side(file, header.Height), header.Channels, header.IsWide);
    }

    private static PixelLayout Gif(ArchiveFile file, int frame)
    {
        var gif = GifStructure.Read(file.Content) ?? throw file.Damage("its header is not complete");
        return new PixelLayout(Side(file, gif.Width), Side(file, gif.Height), gif.HasAlpha || (frame > 0 && gif.IsCleared) ? 4 : 3, false)
        {
            Frames = Math.Max(1, gif.Frames),
        };
    }

    private static int Side(ArchiveFile file, long length) =>
        length is >= 1 and <= 10_000_000 ? (int)length : throw file.Damage("its header gives no sensible size");

    private static IImageInfo Identify(ArchiveFile file, Func<Stream, IImageInfo?> identify)
    {
        file.Content.Position = 0;
        return identify(file.Content) ?? throw file.Damage("its header is not complete");
    }

    private static PixelLayout Of(ArchiveFile file, IImageInfo info, int bands, bool isWide)
    {
        const double inch = 25.4,
            centimetre = 10,
            metre = 1000;
        var metadata = info.Metadata;
        var unit = metadata.ResolutionUnits switch
        {
            PixelResolutionUnit.PixelsPerInch => inch,
            PixelResolutionUnit.PixelsPerCentimeter => centimetre,
            PixelResolutionUnit.PixelsPerMeter => metre,
            _ => 0,
        };
        return new PixelLayout(Side(file, info.Width), Side(file, info.Height), bands, isWide)
        {
            Orientation = metadata.ExifProfile?.GetValue(ExifTag.Orientation)?.Value is { } turn and >= 1 and <= 8 ? turn : 0,
            Resolution =
                unit > 0 && metadata is { HorizontalResolution: > 0, VerticalResolution: > 0 }
                    ? (metadata.HorizontalResolution / unit, metadata.VerticalResolution / unit)
                    : null,
        };
    }
}
