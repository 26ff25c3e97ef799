using ActorColorize.Imaging.Integrity;

namespace ActorColorize.Imaging.Archives;

/// <summary>Tells pictures of an unsupported kind from damaged ones, by their headers; decoders call both unreadable.</summary>
internal static class PictureSupport
{
    private static readonly Dictionary<long, string> TiffCompressions = new()
    {
        [6] = "JPEG of the old kind",
        [32766] = "NeXT",
        [32809] = "ThunderScan",
        [33003] = "JPEG 2000",
        [33005] = "JPEG 2000",
        [34661] = "JBIG",
        [34676] = "SGI LogLuv",
        [34677] = "SGI LogLuv 24",
        [34712] = "JPEG 2000",
        [50002] = "JPEG XL",
        [52546] = "JPEG XL",
    };

    /// <summary>Refuses a picture whose kind is known to be unsupported.</summary>
    /// <param name="path">The file's name, for the message.</param>
    /// <param name="file">The file.</param>
    /// <param name="pages">The pages of a TIFF.</param>
    /// <exception cref="PictureException"><see cref="PictureProblem.Unsupported"/>.</exception>
    public static void Require(string path, ArchiveFile file, IReadOnlyList<TiffPage> pages)
    {
        if (file.Format == PictureFormat.Jpeg)
            RequireJpeg(path, JpegStructure.Read(file.Content, headersOnly: true));
        else if (pages is [var page, ..])
            RequireTiff(path, page);
        else if (file.Format == PictureFormat.Bmp && BmpHeader.Read(file.Content) is { Unsupported: { } bitmap })
            throw Unsupported(path, bitmap);
        else if (file.Format == PictureFormat.Tga && TgaHeader.Read(file.Content) is { Unsupported: { } targa })
            throw Unsupported(path, targa);
    }

    /// <summary>How many pictures a TIFF holds. Smaller versions and masks of its first page do not count.</summary>
    public static int Pages(IReadOnlyList<TiffPage> pages) =>
        pages[0].IsAuxiliary ? pages.Count : pages.Count(static page => !page.IsAuxiliary);

    /// <summary>The exception for a kind of picture that is not supported.</summary>
    public static PictureException Unsupported(string path, string reason) =>
        new(PictureProblem.Unsupported, $"{path}: not supported: {reason}.");

    private static void RequireJpeg(string path, JpegStructure structure)
    {
        if (structure.Precision is not (0 or 8))
            throw Unsupported(path, $"{structure.Precision} bits a sample");
        if (structure.Frame is 0xC3 or 0xC7 or 0xCB or 0xCF)
            throw Unsupported(path, "lossless JPEG coding");
        if (structure.Frame is 0xC5 or 0xC6 or 0xCD or 0xCE)
            throw Unsupported(path, "hierarchical JPEG coding");
    }

    private static void RequireTiff(string path, TiffPage page)
    {
        const int signed = 2,
            floating = 3;
        if (TiffCompressions.TryGetValue(page.Compression, out var compression))
            throw Unsupported(path, $"TIFF compression {compression}");
        if (page.SampleFormat == signed)
            throw Unsupported(path, $"signed samples of {page.Bits} bits");
        if (page.SampleFormat == floating)
            throw Unsupported(path, $"floating-point samples of {page.Bits} bits");
        if (page.SampleFormat > 4)
            throw Unsupported(path, "complex samples");
        if (!page.HasEqualBits)
            throw Unsupported(path, "channels of different depth");
        if (page.Bits is not (1 or 2 or 4 or 8 or 16))
            throw Unsupported(path, $"{page.Bits} bits a sample");
    }
}
