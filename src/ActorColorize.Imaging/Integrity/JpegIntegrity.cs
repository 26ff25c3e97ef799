using BitMiracle.LibJpeg.Classic;

namespace ActorColorize.Imaging.Integrity;

/// <summary>
/// Finds damage in a JPEG. Decoders fill what they cannot read with grey and go on; here every complaint of the entropy decoder counts,
/// except those about things after the last block of the picture.
/// </summary>
/// <remarks>
/// A changed byte shifts the codes behind it, so that a scan has bytes left over, or too few of them: that is what is noticed. Damage that
/// leaves the number of codes as it was cannot be told from another picture.
/// </remarks>
internal static class JpegIntegrity
{
    /// <summary>So many zeros before the end marker are the padding of a camera.</summary>
    private const int MostPadding = 64;

    /// <summary>Reads a whole JPEG strictly.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The JPEG.</param>
    public static IntegrityReport Check(string path, Stream file)
    {
        var structure = JpegStructure.Read(file);
        if (structure.Frame != 0 && !structure.HasReadableCoefficients)
            return structure.HasImpossibleZeros ? Zeroed(path) : Unchecked;
        var complaints = new Complaints();
        try
        {
            file.Position = 0;
            Decode(file, complaints);
        }
        catch (CannotCheckException)
        {
            return Unchecked;
        }
        catch (InvalidDataException fault)
        {
            return IntegrityReport.Damaged(path, Words(fault.Message));
        }
        catch (Exception fault) when (fault is not (OutOfMemoryException or IOException))
        {
            // The managed decoder's answer to contradictions in the headers
            return IntegrityReport.Damaged(path, "its JPEG headers contradict each other");
        }

        var report = Judge(path, file, structure, complaints);
        return report.Damage is null && structure.HasImpossibleZeros ? Zeroed(path) : report;
    }

    private static IntegrityReport Zeroed(string path) => IntegrityReport.Damaged(path, "zeros stand where a part of its codes was");

    private static IntegrityReport Unchecked { get; } =
        IntegrityReport.WithNotes("its kind of JPEG cannot be checked for damage in the middle") with
        {
            IsComplete = false,
        };

    private static IntegrityReport Judge(string path, Stream file, JpegStructure structure, Complaints complaints)
    {
        var notes = new List<string>();
        foreach (var complaint in complaints.Texts)
        {
            if (complaint.StartsWith("Premature end of JPEG file", StringComparison.Ordinal))
                continue;
            if (complaint.Contains("premature end of data segment", StringComparison.Ordinal) && structure.EndAt is null)
                return IntegrityReport.Truncated(path);
            if (!IsPadding(file, structure, complaint))
                return IntegrityReport.Damaged(path, Words(complaint));
            notes.Add("zeros stand between the picture and its end marker");
        }

        if (complaints.Texts.Any(static text => text.StartsWith("Premature end of JPEG file", StringComparison.Ordinal)))
        {
            if (complaints.IsIncomplete || structure.Scanned.Count < structure.Components)
                return IntegrityReport.Truncated(path);
            notes.Add("the JPEG end marker is missing; the picture is whole");
        }

        if (structure.EndAt is { } end && file.Length > end + 2)
            notes.Add($"{file.Length - end - 2:N0} bytes after the picture (such as a second picture or a gain map) were left out");
        return IntegrityReport.WithNotes(notes);
    }

    private static void Decode(Stream file, Complaints complaints)
    {
        var decoder = Open(file, complaints);
        if (decoder.jpeg_has_multiple_scans())
        {
            ReadCoefficients(decoder, complaints);
            return;
        }

        try
        {
            ReadAverages(decoder);
        }
        catch (CannotCheckException)
        {
            complaints.Texts.Clear();
            file.Position = 0;
            ReadCoefficients(Open(file, complaints), complaints);
        }
    }

    private static jpeg_decompress_struct Open(Stream file, Complaints complaints)
    {
        var decoder = new jpeg_decompress_struct(complaints);
        decoder.jpeg_stdio_src(file);
        decoder.jpeg_read_header(require_image: true);
        return decoder;
    }

    /// <summary>One pixel for each block: all codes are read, and next to no memory is needed.</summary>
    private static void ReadAverages(jpeg_decompress_struct decoder)
    {
        decoder.Scale_num = 1;
        decoder.Scale_denom = 8;
        decoder.Out_color_space = decoder.Jpeg_color_space;
        decoder.Do_fancy_upsampling = false;
        decoder.jpeg_start_decompress();
        byte[][] row = [new byte[decoder.Output_width * decoder.Output_components]];
        while (decoder.Output_scanline < decoder.Output_height)
            decoder.jpeg_read_scanlines(row, 1);
        decoder.jpeg_finish_decompress();
    }

    private static void ReadCoefficients(jpeg_decompress_struct decoder, Complaints complaints)
    {
        decoder.jpeg_read_coefficients();
        // A progressive picture is whole when no coefficient waits for a finer bit.
        complaints.IsIncomplete = decoder.Coef_bits is { } bits && bits.Any(static component => component.Any(static bit => bit > 0));
        decoder.jpeg_finish_decompress();
    }

    private static bool IsPadding(Stream file, JpegStructure structure, string complaint)
    {
        const string before = "Corrupt JPEG data: ";
        const string after = " extraneous bytes before marker 0xD9";
        if (
            structure.EndAt is not { } end
            || !complaint.StartsWith(before, StringComparison.Ordinal)
            || !complaint.EndsWith(after, StringComparison.OrdinalIgnoreCase)
            || !int.TryParse(complaint.AsSpan(before.Length, complaint.Length - before.Length - after.Length), out var count)
            || count > MostPadding
            || count > end
        )
            return false;
        var padding = new byte[count];
        file.Position = end - count;
        file.ReadExactly(padding);
        return !padding.AsSpan().ContainsAnyExcept((byte)0);
    }

    // The decoder's sentences as part of one of ours.
    private static string Words(string complaint)
    {
        const string prefix = "Corrupt JPEG data: ";
        var words = complaint.StartsWith(prefix, StringComparison.Ordinal) ? complaint[prefix.Length..] : complaint;
        return words.ReplaceLineEndings(" ").TrimEnd('.', ' ');
    }

    /// <summary>Collects what the decoder complains about instead of printing it.</summary>
    private sealed class Complaints : jpeg_error_mgr
    {
        private const int Enough = 4;

        public List<string> Texts { get; } = [];

        public bool IsIncomplete { get; set; }

        public override void emit_message(int msg_level)
        {
            const int warning = -1;
            if (msg_level == warning && Texts.Count < Enough)
                Texts.Add(format_message());
        }

        public override void error_exit()
        {
            var message = format_message();
            if (message.Contains("not implemented", StringComparison.OrdinalIgnoreCase))
                throw new CannotCheckException();
            throw new InvalidDataException(message);
        }

        public override void output_message() { }
    }

    private sealed class CannotCheckException : Exception;
}
