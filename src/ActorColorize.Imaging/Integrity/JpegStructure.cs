using System.Buffers.Binary;

namespace ActorColorize.Imaging.Integrity;

/// <summary>The segments of a JPEG file, read without decoding it.</summary>
/// <remarks>Source: ITU T.81, annex B.</remarks>
internal sealed record JpegStructure
{
    /// <summary>Bits per sample; 0 if the file has no frame header.</summary>
    public int Precision { get; private init; }

    /// <summary>Marker of the frame header: 0xC0 baseline, 0xC1 extended, 0xC2 progressive, 0xC3 lossless, from 0xC9 arithmetic.</summary>
    public byte Frame { get; private init; }

    /// <summary>Components of the frame.</summary>
    public int Components { get; private init; }

    /// <summary>Horizontal and vertical sampling factors of the first component, and of the others at most.</summary>
    public (int H, int V, int OtherH, int OtherV) Sampling { get; private init; }

    /// <summary>The components that occur in a scan.</summary>
    public IReadOnlySet<byte> Scanned { get; private init; } = new HashSet<byte>();

    /// <summary>The quantisation tables as first defined, by number, in zigzag order.</summary>
    public IReadOnlyDictionary<int, int[]> QuantizationTables { get; private init; } = new Dictionary<int, int[]>();

    /// <summary>Whether restart markers stand between its codes.</summary>
    public bool HasRestarts { get; private init; }

    /// <summary>
    /// Whether a scan has a run of zeros that no encoder writes. The code of zeros alone is the first of its Huffman table. Where it
    /// stands for a coefficient, such a run would mean dozens of coefficients in a row that are all the same and negative. (Where it stands
    /// for the end of a block, the run may be an even area.)
    /// </summary>
    public bool HasImpossibleZeros { get; private init; }

    /// <summary>Where the end marker is; null if there is none.</summary>
    public long? EndAt { get; private init; }

    /// <summary>Whether the coding is one of a photograph that can be decoded here: Huffman, sequential or progressive.</summary>
    public bool IsHuffmanDct => Frame is 0xC0 or 0xC1 or 0xC2;

    /// <summary>
    /// Whether the coefficient decoder reads it. It does not get progressive scans with restart markers right, and finds damage in sound
    /// files (LibJpeg.NET 1.5.324).
    /// </summary>
    public bool HasReadableCoefficients => IsHuffmanDct && Precision == 8 && !(Frame == 0xC2 && HasRestarts);

    /// <summary>Reads the segments of a file.</summary>
    /// <param name="file">The JPEG.</param>
    /// <param name="headersOnly">Whether reading ends at the first scan; the end marker is then not looked for.</param>
    public static JpegStructure Read(Stream file, bool headersOnly = false)
    {
        var bytes = new ByteWindow(file);
        var (precision, frame, components) = (0, (byte)0, 0);
        var sampling = (1, 1, 1, 1);
        var scanned = new HashSet<byte>();
        var tables = new Dictionary<int, int[]>();
        var firstCodes = new Dictionary<int, byte>();
        var (hasRestarts, hasImpossibleZeros, isWatched) = (false, false, false);
        long? end = null;
        bytes.Position = 2;
        while (end is null && NextMarker(bytes) is { } marker)
        {
            hasImpossibleZeros |= isWatched && bytes.HasSkippedZeros;
            isWatched = false;
            if (marker == 0xD9)
            {
                end = bytes.Position - 2;
                break;
            }

            if (marker is (>= 0xD0 and <= 0xD8) or 0x01)
                continue;
            if (bytes.Read(2) is not { } size || BinaryPrimitives.ReadUInt16BigEndian(size) is var length && length < 2)
                break;
            var payloadAt = bytes.Position;
            const int interesting = 4096;
            var payload = bytes.Read(Math.Min(length - 2, interesting)) ?? [];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && precision == 0 && payload.Length >= 6)
            {
                (precision, frame, components) = (payload[0], marker, payload[5]);
                sampling = SamplingOf(payload.AsSpan(6));
            }
            else if (marker == 0xDB)
            {
                AddTables(payload, tables);
            }
            else if (marker == 0xC4)
            {
                AddFirstCodes(payload, firstCodes);
            }
            else if (marker == 0xDD && payload.Length >= 2)
            {
                hasRestarts |= BinaryPrimitives.ReadUInt16BigEndian(payload) > 0;
            }
            else if (marker == 0xDA && payload.Length > 0)
            {
                for (var i = 0; i < payload[0] && 1 + (2 * i) < payload.Length; i++)
                    scanned.Add(payload[1 + (2 * i)]);
                if (headersOnly)
                    break;
                isWatched = frame is 0xC0 or 0xC1 or 0xC2 && ZerosMeanCoefficients(payload, firstCodes);
            }

            bytes.Position = payloadAt + length - 2;
            bytes.HasSkippedZeros = false;
        }

        return new JpegStructure
        {
            Precision = precision,
            Frame = frame,
            Components = components,
            Sampling = sampling,
            Scanned = scanned,
            QuantizationTables = tables,
            HasRestarts = hasRestarts,
            HasImpossibleZeros = hasImpossibleZeros,
            EndAt = end,
        };
    }

    /// <summary>The next marker; entropy-coded data, stuffed zeros and restart markers between segments are passed over.</summary>
    /// <param name="bytes">The file; moved behind the marker.</param>
    /// <returns>Null at the end of the file.</returns>
    public static byte? NextMarker(ByteWindow bytes)
    {
        while (bytes.SkipTo(0xFF))
        {
            int next;
            do next = bytes.ReadByte();
            while (next == 0xFF);
            if (next < 0)
                return null;
            if (next is not (0 or (>= 0xD0 and <= 0xD7)))
                return (byte)next;
        }

        return null;
    }

    private static (int H, int V, int OtherH, int OtherV) SamplingOf(ReadOnlySpan<byte> components)
    {
        var (h, v, otherH, otherV) = (1, 1, 1, 1);
        for (var i = 0; (3 * i) + 1 < components.Length; i++)
        {
            var factors = components[(3 * i) + 1];
            if (i == 0)
                (h, v) = (factors >> 4, factors & 15);
            else
                (otherH, otherV) = (Math.Max(otherH, factors >> 4), Math.Max(otherV, factors & 15));
        }

        return (h, v, otherH, otherV);
    }

    // Of each table for coefficients other than the first of a block: what its shortest code, which is all zeros, stands for.
    private static void AddFirstCodes(ReadOnlySpan<byte> payload, Dictionary<int, byte> firstCodes)
    {
        const int lengths = 16;
        while (payload.Length > 1 + lengths)
        {
            var codes = 0;
            foreach (var count in payload.Slice(1, lengths))
                codes += count;
            if (payload[0] >> 4 == 1)
                firstCodes[payload[0] & 15] = payload[1 + lengths];
            payload = payload[Math.Min(payload.Length, 1 + lengths + codes)..];
        }
    }

    private static bool ZerosMeanCoefficients(ReadOnlySpan<byte> scan, Dictionary<int, byte> firstCodes)
    {
        var components = scan[0];
        if (scan.Length < (2 * components) + 3 || scan[(2 * components) + 2] == 0)
            return false; // only the first coefficient of each block
        for (var i = 0; i < components; i++)
        {
            // A symbol is a run of zeros and the size of the coefficient behind it.
            if (firstCodes.TryGetValue(scan[2 + (2 * i)] & 15, out var symbol) && (symbol & 15) > 0)
                return true;
        }

        return false;
    }

    private static void AddTables(ReadOnlySpan<byte> payload, Dictionary<int, int[]> tables)
    {
        const int entries = 64;
        while (payload.Length > 0)
        {
            var (size, number) = (payload[0] >> 4 == 0 ? 1 : 2, payload[0] & 15);
            if (payload.Length < 1 + (entries * size))
                return;
            var table = new int[entries];
            for (var i = 0; i < entries; i++)
                table[i] = size == 1 ? payload[1 + i] : BinaryPrimitives.ReadUInt16BigEndian(payload[(1 + (2 * i))..]);
            tables.TryAdd(number, table);
            payload = payload[(1 + (entries * size))..];
        }
    }
}
