using ActorColorize.Imaging.Integrity;
using BitMiracle.LibJpeg.Classic;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Joins the luminance of a grey JPEG with the chroma of its coloured version, as coefficients: the luminance of the result is the
/// original's to the last bit, because it is neither decoded nor quantised again.
/// </summary>
/// <remarks>
/// Source: ITU T.871 (JFIF): a grey JPEG's only component is the Y of YCbCr. A JPEG with three components counts as grey if every chroma
/// coefficient is zero.
/// </remarks>
internal static class JpegLuminance
{
    /// <summary>The coefficients of larger pictures take too much memory: they are encoded as a whole.</summary>
    public const long MostPixels = 64_000_000;

    /// <summary>What blocks of coefficients take: one component of the original, three of the coloured version, the file.</summary>
    public const int BytesPerPixel = 14;

    private const int Components = 3;
    private const int ProfileMarker = 0xE2;

    /// <summary>Whether a picture may be a JPEG whose luminance can be carried over.</summary>
    /// <param name="header">The picture.</param>
    public static bool MayApply(PictureHeader header) =>
        header is { Format: PictureFormat.Jpeg, Orientation: 1, BitsPerSample: 8, IsCmyk: false, IsSalvaged: false, Pixels: <= MostPixels };

    /// <summary>Writes the coloured version with the original's luminance.</summary>
    /// <param name="original">The original JPEG.</param>
    /// <param name="colored">Its coloured version: a JPEG of the same size with three components, none of them subsampled.</param>
    /// <param name="target">Receives the JPEG, without a JFIF segment.</param>
    /// <returns>Whether it was written; if not, nothing was: the original is not grey, or codes its luminance otherwise.</returns>
    public static bool TryCarry(Stream original, Stream colored, Stream target)
    {
        var structure = JpegStructure.Read(original);
        if (!structure.HasReadableCoefficients || structure.Components is not (1 or Components))
            return false;
        jpeg_decompress_struct source;
        jvirt_array<JBLOCK>[] gray;
        try
        {
            (source, gray) = Coefficients(original);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        if (source.Num_components == Components && (source.Jpeg_color_space != J_COLOR_SPACE.JCS_YCbCr || !IsNeutral(source, gray)))
            return false;
        if (!structure.QuantizationTables.TryGetValue(source.Comp_info[0].Quant_tbl_no, out var table))
            return false;
        try
        {
            source.jpeg_copy_critical_parameters(new jpeg_compress_struct(new Strict())); // refuses tables that change between scans
        }
        catch (InvalidDataException)
        {
            return false;
        }

        var (chroma, color) = Coefficients(colored);
        var result = new jpeg_compress_struct(new Strict());
        chroma.jpeg_copy_critical_parameters(result);
        result.jpeg_add_quant_table(result.Component_info[0].Quant_tbl_no, InRows(table), 100, force_baseline: false);
        result.Write_JFIF_header = false;
        result.jpeg_stdio_dest(target);
        result.jpeg_write_coefficients([gray[0], color[1], color[2]]);
        foreach (var segment in chroma.Marker_list.Where(segment => segment.Marker == ProfileMarker))
            result.jpeg_write_marker(segment.Marker, segment.Data);
        result.jpeg_finish_compress();
        return true;
    }

    private static (jpeg_decompress_struct Decoder, jvirt_array<JBLOCK>[] Coefficients) Coefficients(Stream file)
    {
        var decoder = new jpeg_decompress_struct(new Strict());
        file.Position = 0;
        decoder.jpeg_stdio_src(file);
        decoder.jpeg_save_markers(ProfileMarker, 0xFFFF);
        decoder.jpeg_read_header(require_image: true);
        return (decoder, decoder.jpeg_read_coefficients());
    }

    private static bool IsNeutral(jpeg_decompress_struct decoder, jvirt_array<JBLOCK>[] coefficients)
    {
        for (var component = 1; component < Components; component++)
        {
            var info = decoder.Comp_info[component];
            var rows = (decoder.Image_height * info.V_samp_factor + (8 * decoder.Max_v_samp_factor) - 1) / (8 * decoder.Max_v_samp_factor);
            for (var row = 0; row < rows; row++)
            {
                foreach (var block in coefficients[component].Access(row, 1)[0].AsSpan(0, info.Width_in_blocks))
                {
                    for (var i = 0; i < 64; i++)
                    {
                        if (block[i] != 0)
                            return false;
                    }
                }
            }
        }

        return true;
    }

    /// <summary>A quantisation table row by row, from the zigzag order of files (T.81, figure A.6).</summary>
    private static int[] InRows(int[] zigzag)
    {
        var rows = new int[64];
        for (int i = 0, x = 0, y = 0; i < 64; i++)
        {
            rows[(y * 8) + x] = zigzag[i];
            if ((x + y) % 2 == 0)
                (x, y) = x == 7 ? (x, y + 1) : (x + 1, Math.Max(0, y - 1));
            else
                (x, y) = y == 7 ? (x + 1, y) : (Math.Max(0, x - 1), y + 1);
        }

        return rows;
    }

    /// <summary>
    /// Errors are exceptions. So are complaints, but those about what follows the last code: the file was checked before, and coefficients
    /// that are read differently now must not get into a result.
    /// </summary>
    private sealed class Strict : jpeg_error_mgr
    {
        public override void emit_message(int msg_level)
        {
            const int warning = -1;
            if (msg_level != warning)
                return;
            var message = format_message();
            if (
                !message.StartsWith("Premature end of JPEG file", StringComparison.Ordinal)
                && !message.EndsWith(" extraneous bytes before marker 0xD9", StringComparison.OrdinalIgnoreCase)
            )
                throw new InvalidDataException(message);
        }

        public override void error_exit() => throw new InvalidDataException(format_message());

        public override void output_message() { }
    }
}
