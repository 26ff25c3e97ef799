using ActorColorize.Imaging.Integrity;

namespace ActorColorize.Imaging.Archives;

/// <summary>Tells pictures of an unsupported kind from damaged ones, by their headers; decoders call both unreadable.</summary>
internal static class PictureSupport
{
    /// <summary>
    /// None, fax (three kinds), LZW, JPEG, Deflate (two numbers), PackBits, WebP: what libtiff can decode in our libvips.
    /// </summary>
    private static readonly HashSet<long> ReadTiffCompressions = [1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50001];

    private static readonly Dictionary<long, string> OtherTiffCompressions = new()
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
        [34925] = "LZMA",
        [50000] = "Zstandard",
        [50002] = "JPEG XL",
        [52546] = "JPEG XL",
    };

    /// <summary>Refuses a picture whose kind is known to be unsupported.</summary>
    /// <param name="path">The file's name, for the message.</param>
    /// <param name="file">The file.</param>
    /// <param name="pages">The pages of a TIFF.</param>
    /// <param name="directory">The page that is read.</param>
    /// <exception cref="PictureException"><see cref="PictureProblem.Unsupported"/>.</exception>
    public static void Require(string path, ArchiveFile file, IReadOnlyList<TiffPage> pages, int directory)
    {
        if (file.Format == PictureFormat.Jpeg)
            RequireJpeg(path, JpegStructure.Read(file.Content, headersOnly: true));
        else if (directory < pages.Count)
            RequireTiff(path, pages[directory]);
        else if (file.Format == PictureFormat.Bmp && BmpHeader.Read(file.Content) is { Unsupported: { } bitmap })
            throw Unsupported(path, bitmap);
        else if (file.Format == PictureFormat.Tga && TgaHeader.Read(file.Content) is { Unsupported: { } targa })
            throw Unsupported(path, targa);
    }

    /// <summary>Whether all frames of an animation can be read and written in a format; of an animated PNG only the first.</summary>
    public static bool CanBeAnimated(PictureFormat format) => format is PictureFormat.Gif or PictureFormat.WebP;

    /// <summary>Which directories of a TIFF are pictures. Smaller versions and masks of the page before do not count.</summary>
    public static IReadOnlyList<int> Pages(IReadOnlyList<TiffPage> pages) =>
        [.. Enumerable.Range(0, pages.Count).Where(i => pages[0].IsAuxiliary || !pages[i].IsAuxiliary)];

    /// <summary>The smaller versions of a page: those between it and the next one.</summary>
    public static IEnumerable<TiffPage> ReducedVersions(IReadOnlyList<TiffPage> pages, int directory) =>
        pages is [{ IsAuxiliary: false }, ..]
            ? pages.Skip(directory + 1).TakeWhile(static page => page.IsAuxiliary).Where(static page => page.IsReduced)
            : [];

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
        // For any other, libvips reports success and gives black pixels.
        if (!ReadTiffCompressions.Contains(page.Compression))
            throw Unsupported(
                path,
                $"TIFF compression {(OtherTiffCompressions.TryGetValue(page.Compression, out var name) ? name : page.Compression)}"
            );
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
