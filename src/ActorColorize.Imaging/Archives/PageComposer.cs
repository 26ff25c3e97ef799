using ActorColorize.Imaging.Codecs;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Writes one page of a picture in colour: whole in memory, or strip by strip where it is large. Of a grey JPEG only chroma is written.
/// </summary>
/// <param name="original">The original.</param>
/// <param name="page">The page.</param>
/// <param name="options">Strength and encoding.</param>
internal sealed class PageComposer(ArchiveFile original, RecomposePage page, RecomposeOptions options)
{
    private const int ThumbnailSide = 160;
    private const int StripBytes = 8 << 20;
    private const int ChromaStripBytes = 1 << 18;
    private const int LeastRows = 16;

    /// <summary>72 dots per inch, in pixels per millimetre: a PNG written by libvips always states one.</summary>
    private const double DefaultResolution = 72 / 25.4;

    private readonly PictureHeader header = page.Header;
    private readonly QuarterTurn turn = QuarterTurn.FromExif(page.Header.Orientation);
    private readonly double strength = page.KeepsColors ? 0 : options.Strength;

    /// <summary>Whether a page is decoded, painted and encoded strip by strip: large, upright, and of a format that allows it.</summary>
    public static bool Streams(PictureHeader header, long above) =>
        header.Pixels > above
        && header is { Orientation: 1, Codec: PictureCodec.Vips, Format: PictureFormat.Jpeg or PictureFormat.Png or PictureFormat.Tiff };

    /// <summary>Whether a TIFF is written with offsets of 64 bits.</summary>
    public bool IsBig { get; init; }

    /// <summary>Where the pages of a TIFF are put together; null for a file of one.</summary>
    public TiffPageWriter? Pages { get; init; }

    /// <summary>Takes the page, finished, instead of a file; the caller disposes it. Null for a file.</summary>
    public List<Image>? Frames { get; init; }

    /// <summary>Writes the page.</summary>
    /// <param name="target">An empty file; ignored where pages are put together.</param>
    /// <returns>The mean chroma of the result.</returns>
    public double Write(Stream target)
    {
        if (
            options.JpegQuality is null
            && JpegLuminance.Of(header, original.Content) is { } luminance
            && Conversion() is { IsNone: true } kept
        )
            return WriteChroma(luminance, kept.KeepsProfile, target);
        return Streams(header, options.StreamAbovePixels) ? WriteStreamed(target) : WriteWhole(target);
    }

    /// <summary>Only chroma is written; the luminance stays as it is coded in the original. Pixels go through strip by strip.</summary>
    private double WriteChroma(JpegScans luminance, bool keepsProfile, Stream target)
    {
        var layout = (header.Width, header.Height, header.Bands, IsWide: false);
        var measure = new ChromaMeasure(header.Width, header.Height);
        var painter = Painter(header.Width, header.Height);
        var top = 0;
        using var planes = new ChromaPlanes(header.Width, header.Height);
        using (
            var strips = new PixelStrips(
                into => Decode(into, static image => image.Copy()),
                layout,
                Math.Max(LeastRows, ChromaStripBytes / (header.Width * layout.Bands))
            )
        )
        {
            for (; strips.Next() is { } strip; top += strip.Height)
            {
                using (strip)
                    painter.PaintChroma(strip, top, planes, measure);
            }
        }

        RequireAllRows(top);
        var edits = new MetadataEdits(IsTurned: false, SwapsSides: false, RenderSmall);
        var encoder = new PictureEncoder(original.Path, original, header, edits, options.JpegQuality);
        VipsErrors.Beside(() =>
        {
            encoder.Write(luminance, planes, keepsProfile, target);
            return measure;
        });
        return measure.Mean;
    }

    private double WriteWhole(Stream target)
    {
        var (pixels, conversion, resolution) = PictureCodecs
            .Of(header.Codec)
            .Pixels(original, header, image =>
            {
                CheckUnchanged(image);
                var conversion = new ColorConversion(header, image);
                using var srgb = conversion.ToSrgb(image);
                return (new NativePixels(srgb), conversion, (image.Xres, image.Yres));
            });
        using (pixels)
        {
            Painter(pixels.Width, pixels.Height).Paint(pixels);
            var measure = new ChromaMeasure(pixels.Width, pixels.Height);
            measure.Add(pixels);
            VipsErrors.Beside(() =>
            {
                using var srgb = pixels.ToImage();
                Encode(srgb, conversion, resolution, target, RenderThumbnail);
                return measure;
            });
            return measure.Mean;
        }
    }

    /// <summary>The picture is nowhere whole: one thread decodes, this one paints and encodes.</summary>
    private double WriteStreamed(Stream target)
    {
        var codec = PictureCodecs.Of(header.Codec);
        var (conversion, resolution) = codec.Header(original, header.Directory, image =>
        {
            CheckUnchanged(image);
            return (new ColorConversion(header, image), (image.Xres, image.Yres));
        });
        var layout = (header.Width, header.Height, Bands: header.HasAlpha ? 4 : 3, conversion.IsWide);
        var rows = Math.Max(LeastRows, StripBytes / (header.Width * layout.Bands * (conversion.IsWide ? 2 : 1)));
        var measure = new ChromaMeasure(header.Width, header.Height);
        var painter = Painter(header.Width, header.Height);
        var top = 0;
        using var strips = new PixelStrips(into => Decode(into, image => new ColorConversion(header, image).ToSrgb(image)), layout, rows);
        using var painted = new StripsAsTiff(layout, rows, Paint);
        try
        {
            using var srgb = Image.TiffloadStream(painted, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
            Encode(srgb, conversion, resolution, target, _ => RenderSmall());
        }
        catch (Exception) when (painted.Fault is not null)
        {
            // thrown below
        }

        // libvips may be content with rows that never came.
        if (painted.Fault is { } interruption)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(interruption);
        RequireAllRows(top);
        return measure.Mean;

        NativePixels? Paint()
        {
            if (strips.Next() is not { } strip)
                return null;
            painter.Paint(strip, top);
            measure.Add(strip, top);
            top += strip.Height;
            return strip;
        }
    }

    private void RequireAllRows(int rows)
    {
        if (rows < header.Height)
            throw new PictureException(PictureProblem.Unreadable, $"{original.Path}: only {rows:N0} of its rows were decoded.");
    }

    private void Decode(Stream into, Func<Image, Image> convert) =>
        PictureCodecs
            .Of(header.Codec)
            .Pixels(original, header, image =>
            {
                CheckUnchanged(image);
                try
                {
                    using var pixels = convert(image);
                    pixels.RawsaveStream(into);
                    return pixels.Width;
                }
                catch (VipsException fault)
                {
                    // Not again from the start: rows have been taken.
                    throw original.Damage(VipsErrors.OneLine(fault), fault);
                }
            });

    private ColorConversion Conversion() =>
        PictureCodecs
            .Of(header.Codec)
            .Header(original, header.Directory, image =>
            {
                CheckUnchanged(image);
                return new ColorConversion(header, image);
            });

    private void Encode(
        Image srgb,
        ColorConversion conversion,
        (double X, double Y) resolution,
        Stream target,
        Func<Image, byte[]> renderThumbnail
    )
    {
        try
        {
            // libvips would write the resolution from EXIF instead of PNG's own.
            if (header.Format == PictureFormat.Png)
                resolution = PngMetadata.Resolution(original.Content) ?? (DefaultResolution, DefaultResolution);
            using var picture = Finished(srgb, conversion, resolution);
            if (Frames is not null)
            {
                Frames.Add(picture.CopyMemory());
                return;
            }

            var edits = new MetadataEdits(!turn.IsNone, turn.Transpose, () => renderThumbnail(picture));
            var encoder = new PictureEncoder(original.Path, original, header, edits, options.JpegQuality) { IsBig = IsBig };
            if (Pages is null)
            {
                encoder.Write(picture, target);
                return;
            }

            Pages.Add(window => encoder.Write(picture, window));
            if (Streams(header, options.StreamAbovePixels))
                return; // its rows are gone
            foreach (var reduced in PictureSupport.ReducedVersions(TiffPage.ReadAll(original.Content), header.Directory))
                AddReduced(picture, encoder, reduced);
        }
        catch (VipsException fault)
        {
            throw new PictureException(
                PictureProblem.Unreadable,
                $"{original.Path}: its colours cannot be converted back: {VipsErrors.OneLine(fault)}",
                fault
            );
        }
    }

    private void AddReduced(Image picture, PictureEncoder encoder, TiffPage reduced)
    {
        const uint smallerVersion = 1;
        var (width, height) = turn.Transpose ? (reduced.Height, reduced.Width) : (reduced.Width, reduced.Height);
        if (width < 1 || height < 1 || width > picture.Width || height > picture.Height)
            return;
        using var small = picture.ThumbnailImage((int)width, height: (int)height, size: Enums.Size.Force);
        using var deep = small.Cast(picture.Format);
        Pages!.Add(window => encoder.WriteReduced(deep, window), smallerVersion);
    }

    private void CheckUnchanged(Image image)
    {
        var (width, height) = turn.Transpose ? (header.Height, header.Width) : (header.Width, header.Height);
        if (image.Width != width || image.Height != height || image.Bands != header.Bands)
            throw new PictureException(PictureProblem.Unreadable, $"{original.Path}: the file has changed since it was inspected.");
    }

    private RowPainter Painter(int width, int height) =>
        new(
            width,
            new GuidedChroma(page.Thumbnail, page.Ab, strength * options.Saturation, turn, width, height),
            header.IsGrey,
            (float)(1 - strength)
        );

    private Image Finished(Image srgb, ColorConversion conversion, (double X, double Y) resolution)
    {
        using var marked = srgb.Mutate(fields => fields.Set(GValue.GIntType, "orientation", header.Orientation));
        using var upright = marked.Autorot();
        using var own = conversion.ToFile(upright);
        return own.Copy(xres: resolution.X, yres: resolution.Y);
    }

    /// <summary>A small version of a finished picture, as JPEG.</summary>
    public static byte[] RenderThumbnail(Image picture)
    {
        using var small = picture.ThumbnailImage(ThumbnailSide, height: ThumbnailSide, size: Enums.Size.Down, outputProfile: "srgb");
        return Preview(small);
    }

    /// <summary>The thumbnail of a picture that is nowhere whole: the network's small version, painted in the same way.</summary>
    private byte[] RenderSmall()
    {
        var (width, height) = (page.Thumbnail.Width, page.Thumbnail.Height);
        using var pixels = new NativePixels(width, height, 3, isWide: false);
        page.Thumbnail.Rgb_HWC.CopyTo(pixels.AllBytes());
        Painter(width, height).Paint(pixels);
        using var painted = pixels.ToImage();
        var scale = (double)ThumbnailSide / Math.Max(header.Width, header.Height);
        using var small = painted.ThumbnailImage(
            Math.Max(1, (int)Math.Round(header.Width * scale)),
            height: Math.Max(1, (int)Math.Round(header.Height * scale)),
            size: Enums.Size.Force
        );
        return Preview(small);
    }

    private static byte[] Preview(Image small)
    {
        using var narrow = small.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = narrow.HasAlpha() ? narrow.Flatten(background: [255]) : narrow;
        return opaque.JpegsaveBuffer(q: 75, keep: Enums.ForeignKeep.None);
    }
}
