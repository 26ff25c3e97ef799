using System.Security.Cryptography;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Applies predicted colours to a full-size picture and writes it: every pixel keeps its luminance, the colours follow the edges, and the
/// file keeps its format, depth, profile and metadata.
/// </summary>
public static class Recomposer
{
    /// <summary>Fixed memory of the codecs' native buffers, independent of the picture's size.</summary>
    private const long FixedBytes = 64L << 20;

    /// <summary>Strips on their way, and what libvips keeps of rows while it decodes and encodes.</summary>
    private const long StreamedBytes = 448L << 20;

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
    /// The whole picture is in memory once, or a few strips of a large one (see <see cref="EstimateBytes"/>); one thread computes,
    /// and libvips decodes and encodes with as
    /// many as <see cref="ArchiveImaging.ThreadsPerPicture"/>. Orientation is applied and the tag set to upright; XMP is given IPTC's
    /// digital source type for machine-made parts; an embedded preview is regenerated. A grey JPEG's luminance is carried over as it is
    /// coded (<see cref="JpegLuminance"/>), unless a quality is chosen. A grey or CMYK original becomes RGB; pictures with a
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
        var picture = new PictureToRecompose(source, [new RecomposePage(header, thumbnail, ab)]);
        return Recompose(picture, options, destination, beforePublishing, cancellation);
    }

    /// <summary>Writes the coloured picture of several pages, one after the other.</summary>
    /// <param name="picture">The original and all its pages, in order.</param>
    /// <param name="options">Strength and encoding.</param>
    /// <param name="destination">Path of the result.</param>
    /// <param name="beforePublishing">Called immediately before the rename.</param>
    /// <param name="cancellation">Ends the decoding of the original; nothing is written then.</param>
    /// <remarks>
    /// As for one page. TIFFs have several, of which smaller versions are made anew; and animations, whose frames are in memory together.
    /// </remarks>
    public static RecomposedPicture Recompose(
        PictureToRecompose picture,
        RecomposeOptions options,
        string destination,
        Action? beforePublishing = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(picture);
        using var opened = ArchiveFile.OpenStream(picture.Source);
        return Publish(picture, destination, target => Compose(picture, opened, options, target, cancellation), beforePublishing);
    }

    /// <summary>
    /// Writes a result under its name, once it is complete. It gets the date of the original, and the original's XMP sidecars are copied to
    /// it.
    /// </summary>
    /// <param name="picture">The original.</param>
    /// <param name="destination">The result's path; the folder is created if it is missing.</param>
    /// <param name="compose">Writes the picture into an empty file and returns its mean chroma.</param>
    /// <param name="beforePublishing">Called immediately before the rename.</param>
    /// <exception cref="PictureException">The original has changed since it was read.</exception>
    public static RecomposedPicture Publish(
        PictureToRecompose picture,
        string destination,
        Func<FileStream, double> compose,
        Action? beforePublishing
    )
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        ArgumentNullException.ThrowIfNull(compose);
        Files.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination))!);
        RecomposedPicture? written = null;
        AtomicFile.Write(
            destination,
            target =>
            {
                var chroma = compose(target);
                target.Position = 0;
                written = new RecomposedPicture(Convert.ToHexStringLower(SHA256.HashData(target)), target.Length, chroma);
                target.Flush();
                if (FileVersion.Of(picture.Source) is { } source)
                    File.SetLastWriteTimeUtc(target.SafeFileHandle, source.Modified);
            },
            () =>
            {
                XmpSidecar.Copy(picture.Source, destination);
                RequireUnchanged(picture);
                beforePublishing?.Invoke();
            }
        );
        return written!;
    }

    private static void RequireUnchanged(PictureToRecompose picture)
    {
        if (picture.Version is { } version && !(FileVersion.Of(picture.Source) is { } now && now.HasContentOf(version)))
            throw new PictureException(PictureProblem.Changed, $"{picture.Source}: the file was changed while it was being coloured.");
    }

    /// <summary>Writes the coloured picture into an open file.</summary>
    /// <param name="picture">The original, its pages and their new colours.</param>
    /// <param name="opened">The original; closed by this call.</param>
    /// <param name="options">Strength and encoding.</param>
    /// <param name="target">An empty file, readable and writable; stays open.</param>
    /// <param name="cancellation">Ends the decoding of the original.</param>
    /// <returns>The mean chroma of the result: see <see cref="RecomposedPicture.MeanChroma"/>.</returns>
    /// <exception cref="PictureException">The original is truncated, damaged, or has changed since it was inspected.</exception>
    /// <exception cref="IOException">The target cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The cancellation was requested.</exception>
    public static double Compose(
        PictureToRecompose picture,
        FileStream opened,
        RecomposeOptions options,
        Stream target,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(options);
        foreach (var page in picture.Pages)
            page.Ab.Validate(nameof(picture));
        var limits = PictureLimits.Default with { MaximumBytes = long.MaxValue };
        using var original = ArchiveFile.From(picture.Source, opened, limits, cancellation);
        return Compose(original, picture.Pages, options, target);
    }

    /// <summary>Writes all pages; returns their mean chroma.</summary>
    private static double Compose(ArchiveFile original, IReadOnlyList<RecomposePage> pages, RecomposeOptions options, Stream target)
    {
        const long roomInClassicTiff = 3L << 30;
        if (pages[0].Header.IsAnimation)
            return new AnimationComposer(original, pages, options).Write(target);
        var isTiff = pages[0].Header.Format == PictureFormat.Tiff;
        var directories = isTiff ? TiffPage.ReadAll(original.Content) : [];
        var hasSeveral = pages.Count > 1 || PictureSupport.ReducedVersions(directories, pages[0].Header.Directory).Any();
        var writer = isTiff && hasSeveral ? new TiffPageWriter(target) : null;
        var isBig =
            pages.Sum(static page => page.Header.Pixels * Channels(page.Header) * (page.Header.BitsPerSample / 8)) > roomInClassicTiff;
        var chroma = 0.0;
        foreach (var page in pages)
            chroma += new PageComposer(original, page, options) { IsBig = isBig, Pages = writer }.Write(target);
        return chroma / pages.Count;
    }

    private static int Channels(PictureHeader header) => header.HasAlpha ? 4 : 3;

    /// <summary>
    /// An upper estimate of the memory that recomposing takes for a picture, in bytes, so that a caller can keep several
    /// pictures within a budget: the pixels once, as RGB with the depth of the computation (3 to 8 bytes a pixel), plus what the format's
    /// codecs hold of a whole picture; a fixed amount where the picture goes through strip by strip.
    /// </summary>
    public static long EstimateBytes(PictureHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (!header.IsProgressive && PageComposer.Streams(header, RecomposeOptions.UsualStreamAbovePixels))
            return FixedBytes + StreamedBytes;
        var samples = header.Pixels * Channels(header);
        var working = samples * ColorConversion.WorkingBytes(header);
        if (header.IsAnimation)
            return FixedBytes + working + (header.Pages * header.Pixels * AnimationComposer.BytesPerPixel);
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
}
