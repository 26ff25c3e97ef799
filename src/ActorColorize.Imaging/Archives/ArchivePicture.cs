using ActorColorize.Imaging.Codecs;
using ActorColorize.Imaging.Color;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Reads the pictures of an archive: the header first, within limits, then a thumbnail. Originals are only opened for reading.
/// </summary>
public static class ArchivePicture
{
    /// <summary>Reads a picture's header and refuses what is beyond the limits; decodes nothing.</summary>
    /// <param name="path">The picture file; any name that the file system allows.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="codec">What reads its pixels, now and later: the header says which one it is.</param>
    /// <param name="page">Which page of several; the header of the first one says how many there are.</param>
    /// <exception cref="PictureException">It is missing, unreadable, too large, has too many frames, or is not supported.</exception>
    public static PictureHeader Inspect(string path, PictureLimits limits, PictureCodec codec = PictureCodec.Auto, int page = 0)
    {
        ArgumentNullException.ThrowIfNull(limits);
        using var file = ArchiveFile.Open(path, limits);
        return InspectOpen(path, file, limits, codec, page);
    }

    /// <summary>The same for an open file.</summary>
    internal static PictureHeader InspectOpen(string path, ArchiveFile file, PictureLimits limits, PictureCodec codec, int page)
    {
        var chosen = PictureCodecs.For(path, file.Format, codec);
        var pages = file.Format == PictureFormat.Tiff ? TiffPage.ReadAll(file.Content) : [];
        var takesFrames = !limits.FirstFrameOnly && PictureSupport.CanBeAnimated(file.Format);
        var pictures =
            pages.Count > 0 ? PictureSupport.Pages(pages)
            : takesFrames ? [.. Enumerable.Range(0, page + 1)]
            : [0];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, pictures.Count);
        var directory = pictures[page];
        PictureSupport.Require(path, file, pages, directory);
        limits.CheckFrames(path, pictures.Count);
        var (header, frames) = chosen.Header(file, directory, image =>
        {
            var frames = pages.Count == 0 && image.Contains("n-pages") ? (int)image.Get("n-pages") : 1;
            // The frames of an animation are in memory together when it is written
            limits.CheckPixels(path, image.Width, takesFrames ? (long)image.Height * frames : image.Height);
            return (WithUsableProfile(Header(path, file, image), image), frames);
        });
        if (file.Format == PictureFormat.Png)
            frames = PngMetadata.FrameCount(file.Content);
        if (!limits.FirstFrameOnly)
            limits.CheckFrames(path, frames);
        var colors = file.Format == PictureFormat.Png ? PngMetadata.ColorSpace(file.Content) : PngColorSpace.Srgb;
        return header with
        {
            Codec = chosen.Kind,
            Page = page,
            Pages = takesFrames ? frames : pictures.Count,
            Directory = directory,
            Gamma = colors.Gamma,
            Primaries = header.IsGrey ? null : colors.Primaries,
            IsBilevel = file.Format switch
            {
                PictureFormat.Tiff => directory < pages.Count && pages[directory].IsBilevel,
                PictureFormat.Png => PngMetadata.IsBilevel(file.Content),
                PictureFormat.Pnm => PnmHeader.Read(file.Content) is { IsBilevel: true },
                _ => false,
            },
            Notes =
            [
                .. header.Notes,
                .. colors.Note is { } note ? [note] : Array.Empty<string>(),
                .. frames > 1 && !takesFrames ? [$"an animation of {frames:N0} frames: the first one was taken"] : Array.Empty<string>(),
                .. pages.Skip(1).Any(static other => other.IsMask) ? ["a mask in the same file was left out"] : Array.Empty<string>(),
            ],
        };
    }

    /// <summary>
    /// Reads the whole file strictly, before it is decoded: decoders fill what is missing or damaged with grey and report success. Memory
    /// does not grow with the picture, except for progressive JPEGs. WebP, BMP, TGA, Netpbm and the pixels of uncompressed TIFFs carry no
    /// checksum: changed bytes there are not noticed.
    /// </summary>
    /// <param name="path">The picture file.</param>
    /// <param name="header">What <see cref="Inspect"/> found.</param>
    /// <param name="salvage">Whether a damaged picture is taken as far as it can be read.</param>
    /// <returns>The header, with notes about what is odd about the file.</returns>
    /// <exception cref="PictureException">The file is truncated or damaged.</exception>
    public static PictureHeader Verify(string path, PictureHeader header, bool salvage = false)
    {
        ArgumentNullException.ThrowIfNull(header);
        using var file = ArchiveFile.Open(path, PictureLimits.Default with { MaximumBytes = long.MaxValue });
        return VerifyOpen(path, file, header, salvage);
    }

    private static PictureHeader VerifyOpen(string path, ArchiveFile file, PictureHeader header, bool salvage)
    {
        try
        {
            var report = header.Format switch
            {
                PictureFormat.Jpeg => JpegIntegrity.Check(path, file.Content),
                PictureFormat.Png => PngIntegrity.Check(path, file.Content),
                PictureFormat.Bmp => BmpIntegrity.Check(path, file.Content),
                PictureFormat.Tga => TgaIntegrity.Check(path, file.Content),
                PictureFormat.Pnm => PnmIntegrity.Check(path, file.Content),
                PictureFormat.Gif when header.Page == 0 => GifIntegrity.Check(path, file.Content), // all frames at once
                PictureFormat.Tiff when TiffPage.ReadAll(file.Content) is var pages && header.Directory < pages.Count =>
                    TiffIntegrity.Check(path, file.Content, pages[header.Directory]),
                _ => IntegrityReport.Sound,
            };
            if (report.Damage is { } damage)
                return salvage ? header.AsSalvaged(path, damage) : throw damage;
            return header with
            {
                IsVerified = report.IsComplete && header.Format is PictureFormat.Jpeg or PictureFormat.Png,
                Notes = [.. header.Notes, .. report.Notes],
            };
        }
        catch (IOException fault)
        {
            throw PictureFault.Opening(path, fault);
        }
    }

    /// <summary>
    /// Decodes a small version; orientation and colour profiles are applied. libvips reduces JPEG and WebP while it decodes them.
    /// </summary>
    /// <param name="path">The picture file.</param>
    /// <param name="header">What <see cref="Inspect"/> found.</param>
    /// <param name="size">The target size; the picture is stretched to it.</param>
    /// <param name="cancellation">Ends the decoding.</param>
    /// <exception cref="PictureException">The file is truncated or damaged.</exception>
    /// <exception cref="OperationCanceledException">The cancellation was requested.</exception>
    public static Thumbnail MakeThumbnail(string path, PictureHeader header, ThumbnailSize size, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(header);
        using var file = ArchiveFile.Open(path, PictureLimits.Default with { MaximumBytes = long.MaxValue }, cancellation);
        return Reduce(file, header, size);
    }

    private static Thumbnail Reduce(ArchiveFile file, PictureHeader header, ThumbnailSize size)
    {
        var rgb = PictureCodecs
            .Of(header.Codec)
            .Small(file, header, size, static small =>
            {
                using var srgb = small.Colourspace(Enums.Interpretation.Srgb);
                using var opaque = srgb.HasAlpha() ? srgb.Flatten(background: [255]) : srgb;
                return opaque.WriteToMemory<byte>();
            });
        if (header.Primaries is { } primaries)
        {
            ToSrgb(rgb, primaries.ToSrgb(), header.Gamma);
        }
        else if (header.Gamma is { } gamma)
        {
            var levels = ToneCurve.Bytes(x => Math.Pow(x, 1 / gamma));
            for (var i = 0; i < rgb.Length; i++)
                rgb[i] = levels[rgb[i]];
        }

        return new Thumbnail(size.Width, size.Height, rgb);
    }

    /// <summary>Opens a picture file for reading, whatever it contains.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PictureException">It is missing, or may not be read.</exception>
    public static FileStream Open(string path) => ArchiveFile.OpenStream(path);

    /// <summary>Reads an open file: header, strict reading, and the small version.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="opened">The file; closed by this call.</param>
    /// <param name="options">Limits and sizes.</param>
    /// <param name="inspected">Called with the header before anything is decoded.</param>
    /// <exception cref="PictureException">As by <see cref="Inspect"/>, <see cref="Verify"/> and
    /// <see cref="MakeThumbnail"/>.</exception>
    public static PictureReading Read(string path, FileStream opened, PictureReadOptions options, Action<PictureHeader>? inspected = null)
    {
        ArgumentNullException.ThrowIfNull(opened);
        ArgumentNullException.ThrowIfNull(options);
        using var file = ArchiveFile.From(path, opened, options.Limits);
        var header = InspectOpen(path, file, options.Limits, options.Codec, options.Page);
        inspected?.Invoke(header);
        header = VerifyOpen(path, file, header, options.Salvage);
        if (header is { IsBilevel: true, Pages: 1 })
            return new PictureReading(header, null);
        var size = ThumbnailSize.For(header.Width, header.Height, options.NetworkSide);
        try
        {
            return new PictureReading(header, Reduce(file, header, size));
        }
        catch (PictureException damage)
            when (options.Salvage && !header.IsSalvaged && damage.Problem is PictureProblem.Truncated or PictureProblem.Unreadable)
        {
            header = header.AsSalvaged(path, damage);
            return new PictureReading(header, Reduce(file, header, size));
        }
    }

    private static PictureHeader Header(string path, ArchiveFile file, Image image)
    {
        var bits = image.Format switch
        {
            Enums.BandFormat.Uchar => 8,
            Enums.BandFormat.Ushort => 16,
            _ => throw PictureSupport.Unsupported(path, $"its samples ({image.Format}) are neither 8 nor 16 bit whole numbers"),
        };
        var hasAlpha = image.HasAlpha();
        var interpretation = image.Interpretation switch
        {
            Enums.Interpretation.Bw => "b-w",
            Enums.Interpretation.Srgb or Enums.Interpretation.Rgb => "srgb",
            Enums.Interpretation.Grey16 => "grey16",
            Enums.Interpretation.Rgb16 => "rgb16",
            Enums.Interpretation.Cmyk => "cmyk",
            var other => throw PictureSupport.Unsupported(path, $"its colour model ({other}) is neither grey, RGB nor CMYK"),
        };
        var colors = image.Bands - (hasAlpha ? 1 : 0);
        if (
            colors
            != (
                interpretation is "b-w" or "grey16" ? 1
                : interpretation == "cmyk" ? 4
                : 3
            )
        )
            throw PictureSupport.Unsupported(path, $"it has {image.Bands} channels");
        var orientation = image.Contains("orientation") && image.Get("orientation") is int and >= 1 and <= 8 and var stored ? stored : 1;
        var swaps = QuarterTurn.FromExif(orientation).Transpose;
        return new PictureHeader(
            swaps ? image.Height : image.Width,
            swaps ? image.Width : image.Height,
            file.Format,
            bits,
            image.Bands,
            hasAlpha,
            interpretation,
            orientation,
            image.Contains("icc-profile-data"),
            file.Length
        )
        {
            IsProgressive = IsSet(image, "interlaced") || IsSet(image, "jpeg-multiscan"),
        };
    }

    private static void ToSrgb(byte[] rgb, double[] matrix, double? gamma)
    {
        double[] light =
        [
            .. Enumerable.Range(0, 256).Select(level => gamma is { } g ? Math.Pow(level / 255.0, 1 / g) : SrgbCurve.Decode(level / 255.0)),
        ];
        for (var i = 0; i + 2 < rgb.Length; i += 3)
        {
            var (r, g, b) = (light[rgb[i]], light[rgb[i + 1]], light[rgb[i + 2]]);
            for (var channel = 0; channel < 3; channel++)
            {
                var row = matrix.AsSpan(3 * channel, 3);
                var value = (row[0] * r) + (row[1] * g) + (row[2] * b);
                rgb[i + channel] = (byte)Math.Round(255 * SrgbCurve.Encode(Math.Clamp(value, 0, 1)));
            }
        }
    }

    private static bool IsSet(Image image, string field) => image.Contains(field) && image.Get(field) is int and not 0;

    // A profile that cannot be applied would fail when the picture is finished.
    private static PictureHeader WithUsableProfile(PictureHeader header, Image image) =>
        !header.HasIccProfile || ColorConversion.Works(header, image)
            ? header
            : header with
            {
                HasIccProfile = false,
                Notes = [.. header.Notes, "its colour profile is damaged; it was taken as sRGB"],
            };
}
