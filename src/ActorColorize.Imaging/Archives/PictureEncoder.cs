using ActorColorize.Imaging.Codecs;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>Writes a finished picture in its original's format and depth, with its original's metadata.</summary>
/// <param name="path">The original's name, for messages.</param>
/// <param name="original">The original.</param>
/// <param name="header">The original's header.</param>
/// <param name="edits">Changes to its metadata.</param>
/// <param name="quality">Quality of lossy formats; null to choose it by the original.</param>
internal sealed class PictureEncoder(string path, ArchiveFile original, PictureHeader header, MetadataEdits edits, int? quality)
{
    /// <summary>Whether a TIFF is written with offsets of 64 bits.</summary>
    public bool IsBig { get; init; }

    /// <summary>Writes the picture.</summary>
    /// <param name="picture">Upright pixels with the profile to embed.</param>
    /// <param name="target">An empty file, readable and writable.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="PictureException">The picture cannot be encoded in this format.</exception>
    public void Write(Image picture, Stream target)
    {
        switch (header.Format)
        {
            case PictureFormat.Jpeg:
                WriteJpeg(picture, target);
                break;
            case PictureFormat.Png:
                var statesResolution = PngMetadata.Resolution(original.Content) is not null;
                Encode(target, PngMetadata.InsertAt, PngMetadata.Carry(original.Content, edits), output =>
                    picture.PngsaveStream(
                        statesResolution ? output : new PngChunkFilter(output, "pHYs"),
                        compression: 6,
                        filter: Enums.ForeignPngFilter.Paeth,
                        bitdepth: header.BitsPerSample,
                        keep: Enums.ForeignKeep.Icc
                    )
                );
                break;
            case PictureFormat.WebP:
                WriteWebP(picture, target);
                break;
            case PictureFormat.Tiff:
                Encode(target, 0, [], output => WriteTiff(picture, output));
                TiffMetadata.Carry(original.Content, target, edits, header.Directory);
                break;
            case var other when RasterWriter.Writes(other):
                Encode(target, 0, [], output => new RasterWriter(original, header).Write(picture, output));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(picture), header.Format, "Unknown picture format.");
        }
    }

    /// <summary>From this quality on JPEG keeps chroma at full resolution.</summary>
    private const int FullChromaQuality = 90;

    /// <summary>
    /// Codes are optimized for pictures up to this size: the encoder holds all coefficients meanwhile, and the file is 4 % smaller.
    /// </summary>
    private const int OptimizedPixels = 4_000_000;

    private void WriteJpeg(Image picture, Stream target)
    {
        var chosen = quality ?? UsualQuality();
        // Chroma subsampling blurs colours across edges, which changes luminance there: not used at high quality.
        var subsampling = chosen >= FullChromaQuality ? Enums.ForeignSubsample.Off : Enums.ForeignSubsample.On;
        Encode(target, JpegMetadata.InsertAt, JpegMetadata.Carry(path, original.Content, edits), output =>
            picture.JpegsaveStream(output, q: chosen, subsampleMode: subsampling, keep: Enums.ForeignKeep.Icc)
        );
    }

    /// <summary>Writes a JPEG of luminance that is coded already and new chroma, which is not subsampled.</summary>
    /// <param name="luminance">The original's luminance.</param>
    /// <param name="chroma">Chroma of the same size.</param>
    /// <param name="keepsProfile">Whether the original's colour profile is carried over.</param>
    /// <param name="target">An empty file, readable and writable.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(JpegScans luminance, ChromaPlanes chroma, bool keepsProfile, Stream target)
    {
        // The encoder uses the table of luminance for a picture of one channel. For low frequencies its steps are finer than chroma's.
        var chosen = 100 - ((100 - UsualQuality()) * 5 / 4);
        using var blue = EncodePlane(chroma.Cb);
        using var red = EncodePlane(chroma.Cr);
        Encode(target, JpegMetadata.InsertAt, JpegMetadata.Carry(path, original.Content, edits, keepsProfile), output =>
            JpegScans.Write(luminance, Scans(blue), Scans(red), output)
        );

        MemoryStream EncodePlane(Image plane)
        {
            using (plane)
            {
                var file = new MemoryStream();
                plane.JpegsaveStream(
                    file,
                    q: chosen,
                    interlace: luminance.IsProgressive,
                    optimizeCoding: header.Pixels <= OptimizedPixels,
                    keep: Enums.ForeignKeep.None
                );
                return file;
            }
        }

        static JpegScans Scans(Stream plane) =>
            JpegScans.Find(plane, mayEndInZeros: true) ?? throw new InvalidOperationException("The encoder's scans cannot be found.");
    }

    private int UsualQuality() => JpegQuality.NotCoarserThan(JpegStructure.Read(original.Content, headersOnly: true));

    private void Encode(Stream target, int insertAt, byte[] inserted, Action<Stream> encode)
    {
        using var output = new PictureOutputStream(target, insertAt, inserted);
        try
        {
            encode(output);
        }
        catch (VipsException fault)
        {
            if (output.Fault is not null)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(output.Fault);
            throw CannotEncode(fault);
        }
    }

    private void WriteWebP(Image picture, Stream target)
    {
        byte[] encoded;
        try
        {
            // exact: keep the colours of transparent pixels.
            encoded = WebPMetadata.IsLossless(original.Content)
                ? picture.WebpsaveBuffer(lossless: true, exact: true, keep: Enums.ForeignKeep.Icc)
                : picture.WebpsaveBuffer(q: quality ?? JpegQuality.Least, exact: true, smartSubsample: true, keep: Enums.ForeignKeep.Icc);
        }
        catch (VipsException fault)
        {
            throw CannotEncode(fault);
        }

        WebPMetadata.Carry(original.Content, encoded, picture.Width, picture.Height, picture.HasAlpha(), edits, target);
    }

    /// <summary>Writes a smaller version of the picture as a TIFF, without metadata.</summary>
    /// <param name="picture">The picture, already of the size.</param>
    /// <param name="target">An empty file.</param>
    public void WriteReduced(Image picture, Stream target) => Encode(target, 0, [], output => WriteTiff(picture, output));

    private void WriteTiff(Image picture, Stream output)
    {
        const int none = 1,
            lzw = 5;
        var compression = TiffMetadata.Compression(original.Content, header.Directory) switch
        {
            none => Enums.ForeignTiffCompression.None,
            lzw => Enums.ForeignTiffCompression.Lzw,
            // Fax compression cannot store colour, and JPEG in TIFF would lose quality with each rewrite.
            _ => Enums.ForeignTiffCompression.Deflate,
        };
        picture.TiffsaveStream(
            output,
            compression: compression,
            predictor: compression == Enums.ForeignTiffCompression.None
                ? Enums.ForeignTiffPredictor.None
                : Enums.ForeignTiffPredictor.Horizontal,
            bigtiff: IsBig,
            keep: Enums.ForeignKeep.Icc
        );
    }

    private PictureException CannotEncode(VipsException fault) =>
        new(PictureProblem.Unsupported, $"{path}: cannot be written as {header.Format} again: {VipsErrors.OneLine(fault)}", fault);
}
