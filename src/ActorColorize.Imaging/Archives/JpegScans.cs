using System.Buffers.Binary;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Where the scans of a JPEG with one component are, so that they can become scans of a JPEG with three: the codes of a component that has
/// scans of its own depend on nothing but its own tables, and are copied as they are.
/// </summary>
/// <remarks>Source: ITU T.81, A.2.2 (the order of blocks in such scans), A.1.1 (their number), and annex B (segments).</remarks>
internal sealed class JpegScans
{
    private const byte StartOfImage = 0xD8;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte Quantization = 0xDB;
    private const byte RestartInterval = 0xDD;
    private const byte Huffman = 0xC4;
    private const int MarkerLength = 2;

    private readonly Stream file;
    private readonly byte frame;
    private readonly byte[] size;
    private readonly byte[] table;
    private readonly bool hasRestarts;
    private readonly List<Segment> segments;

    private JpegScans(Stream file, byte frame, byte[] size, byte[] table, List<Segment> segments)
    {
        (this.file, this.frame, this.size, this.table, this.segments) = (file, frame, size, table, segments);
        hasRestarts = segments.Any(static segment => segment.Marker == RestartInterval);
    }

    /// <summary>Whether the scans are progressive. Those of one file must be all progressive, or none.</summary>
    public bool IsProgressive => frame == 0xC2;

    /// <summary>Finds the scans of a JPEG.</summary>
    /// <param name="file">The JPEG; it is read again by <see cref="Write"/>.</param>
    /// <param name="mayEndInZeros">
    /// Whether zeros at the end of a scan are known to be codes. Otherwise they may be padding, which decoders of the copy would complain
    /// about.
    /// </param>
    /// <returns>
    /// Null if they cannot be copied: several components, a coding other than Huffman's with 8 bits, a table that changes between scans, no
    /// end marker, or zeros in front of it.
    /// </returns>
    public static JpegScans? Find(Stream file, bool mayEndInZeros = false)
    {
        var bytes = new ByteWindow(file) { Position = 2 };
        byte[]? header = null;
        byte process = 0;
        var tables = new Dictionary<int, byte[]>();
        var found = new List<Segment>();
        while (JpegStructure.NextMarker(bytes) is { } marker)
        {
            if (found is [.., { Marker: StartOfScan, CodesEnd: 0 } scan])
            {
                found[^1] = scan with { CodesEnd = bytes.Position - MarkerLength };
                if (!mayEndInZeros && !EndsWithCode(bytes, found[^1]))
                    return null;
            }

            if (marker == EndOfImage)
                break;
            if (Payload(bytes) is not { } payload)
                return null;
            var isKnown = marker switch
            {
                0xC0 or 0xC1 or 0xC2 => header is null && payload is [8, _, _, _, _, 1, _, _, _],
                Quantization => !found.Exists(static segment => segment.Marker == StartOfScan) && AddTables(payload, tables),
                Huffman => true,
                RestartInterval => payload.Length == 2,
                StartOfScan => header is not null && payload is [1, _, _, _, _, _],
                >= 0xE0 and <= 0xEF or 0xFE => true, // carried as metadata
                _ => false,
            };
            if (!isKnown)
                return null;
            if (marker is 0xC0 or 0xC1 or 0xC2)
                (process, header) = (marker, payload);
            else if (marker is Huffman or RestartInterval or StartOfScan)
                found.Add(new Segment(marker, payload, bytes.Position, CodesEnd: 0));
        }

        return header is not null && found is [.., { Marker: StartOfScan, CodesEnd: > 0 }] && tables.TryGetValue(header[8], out var table)
            ? new JpegScans(file, process, header[1..5], table, found)
            : null;
    }

    /// <summary>Writes a JPEG of three components, none of them subsampled, without metadata.</summary>
    /// <param name="y">The luminance.</param>
    /// <param name="cb">The blue difference, of the same size, progressive if the luminance is.</param>
    /// <param name="cr">The red difference, with the quantisation table of the blue one.</param>
    /// <param name="target">Receives the JPEG.</param>
    /// <exception cref="ArgumentException">The components differ in size, or those of chroma in their quantisation table.</exception>
    public static void Write(JpegScans y, JpegScans cb, JpegScans cr, Stream target)
    {
        if (!y.size.AsSpan().SequenceEqual(cb.size) || !y.size.AsSpan().SequenceEqual(cr.size))
            throw new ArgumentException("Its size is not that of the luminance.", nameof(cb));
        if (!cb.table.AsSpan().SequenceEqual(cr.table))
            throw new ArgumentException("Its quantisation table is not that of the blue difference.", nameof(cr));
        target.Write([0xFF, StartOfImage]);
        WriteTable(y.table, 0, target);
        WriteTable(cb.table, 1, target);
        JpegMetadata.WriteSegment(target, y.frame, [8, .. y.size, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]);
        y.CopyTo(target, component: 1);
        if (y.hasRestarts)
            JpegMetadata.WriteSegment(target, RestartInterval, [0, 0]);
        cb.CopyTo(target, component: 2);
        cr.CopyTo(target, component: 3);
        target.Write([0xFF, EndOfImage]);
    }

    private void CopyTo(Stream target, byte component)
    {
        var buffer = new byte[1 << 16];
        foreach (var segment in segments)
        {
            var isScan = segment.Marker == StartOfScan;
            JpegMetadata.WriteSegment(target, segment.Marker, isScan ? [1, component, .. segment.Payload.AsSpan(2)] : segment.Payload);
            file.Position = segment.CodesAt;
            for (var left = segment.CodesEnd - segment.CodesAt; left > 0; )
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, left));
                file.ReadExactly(part);
                target.Write(part);
                left -= part.Length;
            }
        }
    }

    private static byte[]? Payload(ByteWindow bytes) =>
        bytes.Read(2) is { } field && BinaryPrimitives.ReadUInt16BigEndian(field) is >= 2 and var length ? bytes.Read(length - 2) : null;

    /// <summary>
    /// Whether the last byte in front of the marker that was just read is one of the scan's codes: zeros may follow them.
    /// </summary>
    private static bool EndsWithCode(ByteWindow bytes, Segment scan)
    {
        if (scan.CodesEnd - scan.CodesAt < 2)
            return false;
        bytes.Position = scan.CodesEnd - 2;
        var isCode = bytes.Read(2) is [0xFF, 0] or [_, not 0];
        bytes.Position = scan.CodesEnd + MarkerLength;
        return isCode;
    }

    private static bool AddTables(ReadOnlySpan<byte> payload, Dictionary<int, byte[]> tables)
    {
        const int entries = 64;
        while (payload.Length > 0)
        {
            var length = payload[0] >> 4 == 0 ? entries : 2 * entries;
            if (payload.Length < 1 + length || !tables.TryAdd(payload[0] & 15, payload[..(1 + length)].ToArray()))
                return false;
            payload = payload[(1 + length)..];
        }

        return true;
    }

    private static void WriteTable(byte[] table, int number, Stream target) =>
        JpegMetadata.WriteSegment(target, Quantization, [(byte)((table[0] & 0xF0) | number), .. table.AsSpan(1)]);

    /// <summary>A segment that decoding needs; behind that of a scan are its codes.</summary>
    private readonly record struct Segment(byte Marker, byte[] Payload, long CodesAt, long CodesEnd);
}
