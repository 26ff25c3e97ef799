using ActorColorize.Imaging.Integrity;
using BitMiracle.LibJpeg.Classic;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// The luminance of a grey JPEG as it is coded there. Joined with the chroma of the coloured picture it is the original's to the last bit,
/// because it is neither decoded nor quantised again.
/// </summary>
/// <remarks>
/// Source: ITU T.871 (JFIF): a grey JPEG's only component is the Y of YCbCr. A JPEG with three components counts as grey if every chroma
/// coefficient is zero; its scans hold codes of all components, so that its coefficients are coded once more.
/// </remarks>
internal static class JpegLuminance
{
    /// <summary>The coefficients of larger pictures take too much memory: they are encoded as a whole.</summary>
    public const long MostPixels = 64_000_000;

    /// <summary>
    /// What is held of a picture: coefficients of three components while its luminance is coded once more; or chroma and its coefficients.
    /// And the file.
    /// </summary>
    public const int BytesPerPixel = 8;

    private const int Components = 3;

    /// <summary>Whether a picture may be a JPEG whose luminance can be carried over.</summary>
    /// <param name="header">The picture.</param>
    public static bool MayApply(PictureHeader header) =>
        header is { Format: PictureFormat.Jpeg, Orientation: 1, BitsPerSample: 8, IsCmyk: false, IsSalvaged: false, Pixels: <= MostPixels };

    /// <summary>The luminance of a JPEG, which is read again when it is copied.</summary>
    /// <param name="header">The picture.</param>
    /// <param name="original">The JPEG.</param>
    /// <returns>Null if the picture is not grey, or codes its luminance in a way that is not carried over.</returns>
    public static JpegScans? Of(PictureHeader header, Stream original)
    {
        if (!MayApply(header))
            return null;
        var structure = JpegStructure.Read(original);
        if (!structure.HasReadableCoefficients || structure.Components is not (1 or Components))
            return null;
        var scans = structure.Components == 1 ? JpegScans.Find(original) : null;
        return scans ?? (Extract(original, structure) is { } luminance ? JpegScans.Find(luminance, mayEndInZeros: true) : null);
    }

    /// <summary>A JPEG of one component with the coefficients and the quantisation table of the original's first one.</summary>
    private static MemoryStream? Extract(Stream original, JpegStructure structure)
    {
        try
        {
            var source = new jpeg_decompress_struct(new Strict());
            original.Position = 0;
            source.jpeg_stdio_src(original);
            source.jpeg_read_header(require_image: true);
            var coefficients = source.jpeg_read_coefficients();
            if (
                source.Num_components == Components
                && (source.Jpeg_color_space != J_COLOR_SPACE.JCS_YCbCr || !IsNeutral(source, coefficients))
            )
                return null;
            if (!structure.QuantizationTables.TryGetValue(source.Comp_info[0].Quant_tbl_no, out var table))
                return null;

            var file = new MemoryStream();
            var luminance = new jpeg_compress_struct(new Strict());
            source.jpeg_copy_critical_parameters(luminance); // refuses tables that change between scans
            luminance.jpeg_set_colorspace(J_COLOR_SPACE.JCS_GRAYSCALE);
            luminance.jpeg_add_quant_table(luminance.Component_info[0].Quant_tbl_no, InRows(table), 100, force_baseline: false);
            luminance.Optimize_coding = true;
            luminance.jpeg_stdio_dest(file);
            luminance.jpeg_write_coefficients([coefficients[0]]);
            luminance.jpeg_finish_compress();
            return file;
        }
        catch (InvalidDataException)
        {
            return null;
        }
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
