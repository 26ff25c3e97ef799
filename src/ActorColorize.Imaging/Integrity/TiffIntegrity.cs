using System.IO.Compression;

namespace ActorColorize.Imaging.Integrity;

/// <summary>
/// Finds damage in a TIFF: strips or tiles that lie beyond the file, are shorter than the pixels they stand for, overlap, or do not decode
/// to exactly as many bytes. Nothing of the picture is kept in memory but one strip.
/// </summary>
/// <remarks>
/// Uncompressed pixels, and those of LZW and PackBits that still decode to the right length, carry no checksum: bytes that were changed
/// there are another picture. Fax and WebP strips are checked by their lengths, and by the decoder of libvips.
/// </remarks>
internal static class TiffIntegrity
{
    private const long LongestStrip = 1L << 30;

    /// <summary>Reads the pixels of a page strictly.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The TIFF.</param>
    /// <param name="page">The page.</param>
    public static IntegrityReport Check(string path, Stream file, TiffPage page)
    {
        if (page.Width < 1 || page.Height < 1 || page.RowsPerStrip < 1 || (page.IsTiled && (page.TileWidth < 1 || page.TileHeight < 1)))
            return IntegrityReport.Damaged(path, "its TIFF directory gives no size");
        if (page.Offsets is not { } offsets)
            return IntegrityReport.Truncated(path, "the file ends before the list of its strips");
        var expected = ExpectedChunks(page);
        if (offsets.Length < expected)
            return IntegrityReport.Damaged(path, $"{offsets.Length:N0} strips or tiles are listed of {expected:N0}");
        if (page.Counts is { } listed && listed.Length < expected)
            return IntegrityReport.Damaged(path, $"the lengths of {listed.Length:N0} strips or tiles are listed of {expected:N0}");
        return Layout(path, file, page, offsets, (int)expected) ?? Contents(path, file, page, offsets, (int)expected);
    }

    /// <summary>More bytes than a file has; sums of two fit into 64 bits.</summary>
    private const long BeyondAnyFile = long.MaxValue / 4;

    private static long ExpectedChunks(TiffPage page)
    {
        var chunks = page.IsTiled
            ? Ceiling(page.Width, page.TileWidth) * Ceiling(page.Height, page.TileHeight)
            : Ceiling(page.Height, page.RowsPerStrip);
        return page.IsPlanar ? chunks * page.Samples : chunks;
    }

    /// <summary>Checks where the strips lie, before any is read.</summary>
    private static IntegrityReport? Layout(string path, Stream file, TiffPage page, ulong[] offsets, int chunks)
    {
        var (stored, decoded) = (0L, 0L);
        for (var i = 0; i < chunks; i++)
        {
            var length = Length(file, page, offsets[i], i);
            if (offsets[i] > (ulong)file.Length || length > file.Length - (long)offsets[i])
                return IntegrityReport.Truncated(path);
            if (offsets[i] == 0 || length == 0)
                return IntegrityReport.Damaged(path, $"strip or tile {i:N0} has no data");
            if (page.Compression == TiffPage.NoCompression && length < DecodedBytes(page, i))
                return IntegrityReport.Damaged(path, $"strip or tile {i:N0} is shorter than its pixels");
            stored += length;
            decoded = Math.Min(decoded + DecodedBytes(page, i), BeyondAnyFile);
        }

        if (stored > file.Length || (page.Compression == TiffPage.NoCompression && decoded > file.Length))
            return IntegrityReport.Damaged(path, "its strips or tiles overlap");
        return null;
    }

    private static IntegrityReport Contents(string path, Stream file, TiffPage page, ulong[] offsets, int chunks)
    {
        var notes = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < chunks; i++)
        {
            var length = Length(file, page, offsets[i], i);
            if (length > LongestStrip)
                return IntegrityReport.Damaged(path, $"strip or tile {i:N0} is longer than {LongestStrip >> 20:N0} MiB");
            var (exact, padded) = (DecodedBytes(page, i), FullBytes(page));
            string? problem = null;
            switch (page.Compression)
            {
                case TiffPage.Lzw:
                    problem = LzwLength(Bytes(file, page, offsets[i], length)) is { } lzw
                        ? Mismatch(lzw, exact, padded)
                        : "an invalid LZW code";
                    break;
                case TiffPage.PackBits:
                    problem = PackBitsLength(Bytes(file, page, offsets[i], length)) is { } packed
                        ? Mismatch(packed, exact, padded)
                        : "a run beyond its end";
                    break;
                case TiffPage.Deflate or TiffPage.OldDeflate:
                    problem = DeflateLength(Bytes(file, page, offsets[i], length), padded) is { } inflated
                        ? Mismatch(inflated, exact, padded)
                        : "its checksum or its codes are wrong";
                    break;
                case TiffPage.Jpeg:
                    var report = JpegIntegrity.Check(path, Jpeg(page, Bytes(file, page, offsets[i], length, asStored: true)));
                    if (report.Damage is not null)
                        return report;
                    notes.UnionWith(report.Notes);
                    break;
                default:
                    return IntegrityReport.Sound;
            }

            if (problem is not null)
                return IntegrityReport.Damaged(path, $"strip or tile {i:N0}: {problem}");
        }

        return IntegrityReport.WithNotes([.. notes]);
    }

    private static string? Mismatch(long decoded, long exact, long padded) =>
        decoded == exact || decoded == padded ? null : $"it decodes to {decoded:N0} bytes instead of {exact:N0}";

    // Old writers give no lengths: then a strip ends where its pixels, or the file, do.
    private static long Length(Stream file, TiffPage page, ulong offset, int chunk)
    {
        if (page.Counts is { } counts && counts[chunk] > 0)
            return (long)Math.Min(counts[chunk], long.MaxValue);
        return page.Compression == TiffPage.NoCompression
            ? DecodedBytes(page, chunk)
            : Math.Max(0, file.Length - (long)Math.Min(offset, long.MaxValue));
    }

    private static long DecodedBytes(TiffPage page, int chunk)
    {
        if (page.IsTiled)
            return FullBytes(page);
        var strips = Ceiling(page.Height, page.RowsPerStrip);
        var row = chunk % strips * page.RowsPerStrip;
        return RowBytes(page, page.Width, Math.Min(page.RowsPerStrip, page.Height - row));
    }

    private static long FullBytes(TiffPage page) =>
        page.IsTiled ? RowBytes(page, page.TileWidth, page.TileHeight) : RowBytes(page, page.Width, page.RowsPerStrip);

    private static long RowBytes(TiffPage page, long width, long rows)
    {
        const int yCbCr = 6;
        var samples = page.IsPlanar ? 1 : page.Samples;
        var (across, down) = page.Subsampling;
        if (page.Photometric == yCbCr && !page.IsPlanar && samples == 3 && across > 0 && down > 0 && page.Compression != TiffPage.Jpeg)
        {
            // Blocks of across × down luminances, and one Cb and one Cr.
            var blocks = Ceiling(width, across);
            return Bytes((Int128)blocks * ((across * down) + 2) * page.Bits, Ceiling(rows, down));
        }

        return Bytes((Int128)width * samples * page.Bits, rows);

        // Damaged sizes multiply to more than 64 bits hold, and no file holds so much.
        static long Bytes(Int128 bits, long rows) => (long)Int128.Min((bits + 7) / 8 * rows, BeyondAnyFile);
    }

    private static long Ceiling(long value, long divisor) => (value / divisor) + (value % divisor == 0 ? 0 : 1);

    private static byte[] Bytes(Stream file, TiffPage page, ulong offset, long length, bool asStored = false)
    {
        var bytes = new byte[length];
        file.Position = (long)offset;
        file.ReadExactly(bytes);
        if (page.HasReversedBits && !asStored)
        {
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)((((bytes[i] * 0x80200802UL) & 0x0884422110UL) * 0x0101010101UL) >> 32);
        }

        return bytes;
    }

    /// <summary>A strip with the tables that all strips share, as one JPEG.</summary>
    private static MemoryStream Jpeg(TiffPage page, byte[] strip)
    {
        const int marker = 2;
        return page.JpegTables.Length <= 2 * marker || strip.Length < marker
            ? new MemoryStream(strip)
            : new MemoryStream([.. page.JpegTables.AsSpan(..^marker), .. strip.AsSpan(marker..)]);
    }

    /// <summary>How many bytes Deflate data decodes to; null if its checksum or its codes are wrong.</summary>
    private static long? DeflateLength(byte[] data, long most)
    {
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            var buffer = new byte[1 << 16];
            var total = 0L;
            int read;
            while (total <= most && (read = inflated.Read(buffer)) > 0)
                total += read;
            return total;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return null;
        }
    }

    /// <summary>How many bytes PackBits data decodes to; null if its last run is cut off.</summary>
    private static long? PackBitsLength(ReadOnlySpan<byte> data)
    {
        var total = 0L;
        for (var i = 0; i < data.Length; )
        {
            var head = (sbyte)data[i++];
            if (head == sbyte.MinValue)
                continue;
            var run = head >= 0 ? head + 1 : 1 - head;
            i += head >= 0 ? run : 1;
            if (i > data.Length)
                return i - data.Length == 1 && head < 0 && i == data.Length + 1 ? total : null; // one byte of padding
            total += run;
        }

        return total;
    }

    /// <summary>
    /// How many bytes LZW data decodes to, from the lengths of its strings alone; null if a code stands for no string yet. Data in the bit
    /// order of before TIFF 5 is passed over.
    /// </summary>
    private static long? LzwLength(ReadOnlySpan<byte> data)
    {
        const int clear = 256,
            end = 257,
            first = 258,
            most = 4096;
        var lengths = new int[most + 1];
        Array.Fill(lengths, 1, 0, clear);
        var (next, width, previous, total) = (first, 9, -1, 0L);
        long bits = 0;
        for (int i = 0, held = 0; ; )
        {
            while (held < width && i < data.Length)
            {
                bits = (bits << 8) | data[i++];
                held += 8;
            }

            if (held < width)
                return total;
            held -= width;
            var code = (int)(bits >> held) & ((1 << width) - 1);
            bits &= (1L << held) - 1;
            if (code == end)
                return total;
            if (code == clear)
            {
                (next, width, previous) = (first, 9, -1);
                continue;
            }

            if (previous < 0)
            {
                if (code > byte.MaxValue)
                    return null;
            }
            else
            {
                if (code > next || next > most)
                    return null;
                lengths[next++] = lengths[previous] + 1;
            }

            total += lengths[code];
            previous = code;
            // The code grows one entry early (TIFF 6.0, section 13).
            width = next switch
            {
                >= 2047 => 12,
                >= 1023 => 11,
                >= 511 => 10,
                _ => 9,
            };
        }
    }
}
