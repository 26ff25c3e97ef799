using System.Security.Cryptography;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging.Codecs;
using ActorColorize.Imaging.Metadata;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Applies predicted colours to a full-size picture and writes it: every pixel keeps its luminance, the colours follow the edges, and the
/// file keeps its format, depth, profile and metadata.
/// </summary>
public static class Recomposer
{
    /// <summary>Fixed memory of the codecs' native buffers, independent of the picture's size.</summary>
    private const long FixedBytes = 64L << 20;

    private const int ThumbnailSide = 160;

    /// <summary>72 dots per inch, in pixels per millimetre: a PNG written by libvips always states one.</summary>
    private const double DefaultResolution = 72 / 25.4;

    /// <summary>Writes the coloured picture.</summary>
    /// <param name="source">The original; only read.</param>
    /// <param name="header">What <see cref="ArchivePicture.Inspect"/> found.</param>
    /// <param name="thumbnail">The original, small: the guide for fitting colours to edges. Its proportions may differ a little from the
    /// original's.</param>
    /// <param name="ab">The new colours, on a grid of any size over the whole upright picture.</param>
    /// <param name="options">Strength and encoding.</param>
    /// <param name="destination">Path of the result, written atomically; its folder is created if it is missing.</param>
    /// <param name="beforePublishing">Called when the picture is on the disk, immediately before the rename; may throw to abandon the
    /// file.</param>
    /// <param name="cancellation">Ends the decoding of the original; nothing is written then.</param>
    /// <returns>Facts about the written file.</returns>
    /// <remarks>
    /// The whole picture is in memory once (see <see cref="EstimateBytes"/>); one thread computes, and libvips decodes and encodes with as
    /// many as <see cref="ArchiveImaging.ThreadsPerPicture"/>. Orientation is applied and the tag set to upright; XMP is given IPTC's
    /// digital source type for machine-made parts; an embedded preview is regenerated. A grey JPEG's luminance is carried over as its own
    /// coefficients (<see cref="JpegLuminance"/>), unless a quality is chosen. A grey or CMYK original becomes RGB; pictures with a
    /// profile that is not sRGB are converted for the computation and back.
    /// </remarks>
    /// <exception cref="PictureException">The original is truncated, damaged, or has changed since it was inspected.</exception>
    /// <exception cref="ArgumentException">The ab plane's numbers do not match its size.</exception>
    /// <exception cref="IOException">The file cannot be written: the disk is full, or the folder cannot be created.</exception>
    /// <exception cref="OperationCanceledException">The cancellation was requested.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static RecomposedPicture Recompose(
        string source,
        PictureHeader header,
        Thumbnail thumbnail,
        AbPlane ab,
        RecomposeOptions options,
        string destination,
        Action? beforePublishing = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(thumbnail);
        ArgumentNullException.ThrowIfNull(ab);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        ab.Validate(nameof(ab));
        var turn = QuarterTurn.FromExif(header.Orientation);

        using var original = ArchiveFile.Open(source, PictureLimits.Default with { MaximumBytes = long.MaxValue }, cancellation);
        var (pixels, conversion, resolution) = PictureCodecs.Of(header.Codec).Pixels(original, header, image =>
        {
            CheckUnchanged(source, header, turn, image);
            var conversion = new ColorConversion(header, image);
            using var srgb = conversion.ToSrgb(image);
            return (new NativePixels(srgb), conversion, (image.Xres, image.Yres));
        });
        using (pixels)
        {
            var chroma = new GuidedChroma(thumbnail, ab, options.Strength * options.Saturation, turn, pixels.Width, pixels.Height);
            new RowPainter(pixels, chroma, header.IsGrey, (float)(1 - options.Strength)).Paint();

            // libvips would write the resolution from EXIF instead of PNG's own.
            if (header.Format == PictureFormat.Png)
                resolution = PngMetadata.Resolution(original.Content) ?? (DefaultResolution, DefaultResolution);
            var (sha256, bytes) = VipsErrors.Beside(Write);
            return new RecomposedPicture(sha256, bytes, ChromaMeasure.Mean(pixels));

            (string Sha256, long Bytes) Write()
            {
                try
                {
                    using var picture = Finished(pixels, conversion, header.Orientation, resolution);
                    var edits = new MetadataEdits(!turn.IsNone, turn.Transpose, () => RenderThumbnail(picture));
                    var encoder = new PictureEncoder(source, original, header, edits, options.JpegQuality)
                    {
                        CarriesLuminance = conversion.IsNone && options.JpegQuality is null,
                    };
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination))!);
                    var written = ("", 0L);
                    AtomicFile.Write(
                        destination,
                        target =>
                        {
                            encoder.Write(picture, target);
                            target.Position = 0;
                            written = (Convert.ToHexStringLower(SHA256.HashData(target)), target.Length);
                        },
                        beforePublishing
                    );
                    return written;
                }
                catch (VipsException fault)
                {
                    throw new PictureException(
                        PictureProblem.Unreadable,
                        $"{source}: its colours cannot be converted back: {VipsErrors.OneLine(fault)}",
                        fault
                    );
                }
            }
        }
    }

    /// <summary>
    /// An upper estimate of the memory that <see cref="Recompose"/> takes for a picture, in bytes, so that a caller can keep several
    /// pictures within a budget: the pixels once, as RGB with the depth of the computation (3 to 8 bytes a pixel), plus what the format's
    /// codecs hold of a whole picture.
    /// </summary>
    public static long EstimateBytes(PictureHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var samples = header.Pixels * (header.HasAlpha ? 4 : 3);
        var working = samples * ColorConversion.WorkingBytes(header);
        var codec = header.Format switch
        {
            // The coefficients of a progressive JPEG: two bytes for each sample.
            PictureFormat.Jpeg => Math.Max(
                header.IsProgressive ? header.Pixels * header.Bands * 2 : 0,
                JpegLuminance.MayApply(header) ? header.Pixels * JpegLuminance.BytesPerPixel : 0
            ),
            PictureFormat.Png => header.IsProgressive ? header.Pixels * header.Bands * (header.BitsPerSample / 8) : 0,
            // A decoded frame, the encoder's copy of it (lossless: twice), and the file, which is put together in memory.
            PictureFormat.WebP => header.Pixels * 16,
            // The picture once more while it is encoded; and the tables of a palette's choice.
            PictureFormat.Bmp or PictureFormat.Tga or PictureFormat.Pnm => samples * (header.BitsPerSample / 8),
            PictureFormat.Gif => header.Pixels * 8,
            // One strip can be the whole picture.
            _ => header.Pixels * header.Bands * (header.BitsPerSample / 8),
        };
        // ImageSharp's whole picture, and the copy that is handed over.
        if (header.Codec == PictureCodec.ImageSharp)
            codec += 2 * header.Pixels * header.Bands * (header.BitsPerSample / 8);
        return FixedBytes + working + codec;
    }

    private static void CheckUnchanged(string source, PictureHeader header, QuarterTurn turn, Image image)
    {
        var (width, height) = turn.Transpose ? (header.Height, header.Width) : (header.Width, header.Height);
        if (image.Width != width || image.Height != height || image.Bands != header.Bands)
            throw new PictureException(PictureProblem.Unreadable, $"{source}: the file has changed since it was inspected.");
    }

    private static Image Finished(NativePixels pixels, ColorConversion conversion, int orientation, (double X, double Y) resolution)
    {
        using var srgb = pixels.ToImage();
        using var marked = srgb.Mutate(fields => fields.Set(GValue.GIntType, "orientation", orientation));
        using var upright = marked.Autorot();
        using var own = conversion.ToFile(upright);
        return own.Copy(xres: resolution.X, yres: resolution.Y);
    }

    private static byte[] RenderThumbnail(Image picture)
    {
        using var small = picture.ThumbnailImage(ThumbnailSide, height: ThumbnailSide, size: Enums.Size.Down, outputProfile: "srgb");
        using var narrow = small.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = narrow.HasAlpha() ? narrow.Flatten(background: [255]) : narrow;
        return opaque.JpegsaveBuffer(q: 75, keep: Enums.ForeignKeep.None);
    }
}
