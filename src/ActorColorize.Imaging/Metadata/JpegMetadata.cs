using System.Buffers.Binary;

namespace ActorColorize.Imaging.Metadata;

/// <summary>
/// Copies the metadata segments of a JPEG to another one, byte by byte: EXIF, XMP with its extension, IPTC (inside the Photoshop block),
/// comments and makers' own segments, and the JFIF segment with its resolution. What belongs to the old encoding (Adobe colour transform),
/// to the colour profile, or points into the old file (multi-picture index) is not copied.
/// </summary>
/// <remarks>
/// Sources: ITU T.81 annex B; EXIF 2.32 section 4.7; XMP part 3, section 1.1.3; ICC.1:2022 annex B.4; CIPA DC-007 (multi-picture).
/// </remarks>
internal static class JpegMetadata
{
    /// <summary>
    /// Where in a new JPEG the segments go: after the start marker. libvips writes no JFIF segment of its own when it is told to keep no
    /// metadata.
    /// </summary>
    public const int InsertAt = 2;

    private const int MostPayload = 65533;

    /// <summary>Makes the bytes to insert.</summary>
    /// <param name="path">The source's name, for messages.</param>
    /// <param name="source">The JPEG that the metadata comes from.</param>
    /// <param name="edits">What to adapt.</param>
    /// <param name="keepsProfile">Whether the colour profile is among them; otherwise the encoder writes the picture's.</param>
    /// <exception cref="PictureException">The marked XMP packet is too long for a JPEG.</exception>
    public static byte[] Carry(string path, Stream source, MetadataEdits edits, bool keepsProfile = false)
    {
        using var carried = new MemoryStream();
        byte[] xmp = [];
        byte[] jfif = [];
        var hasExif = false;
        foreach (var (marker, payload) in Segments(source))
        {
            hasExif |= IsExif(marker, payload);
            if (IsExif(marker, payload))
                WriteSegment(
                    carried,
                    marker,
                    [
                        .. ExifName,
                        .. ExifBlock.Adapt(
                            payload.AsSpan(ExifName.Length),
                            edits.SwapsSides,
                            MostPayload - ExifName.Length,
                            edits.RenderThumbnail
                        ),
                    ]
                );
            else if (marker == App0 && payload.Length >= PlainJfif.Length && payload.AsSpan().StartsWith("JFIF\0"u8))
                jfif = [.. payload.AsSpan(0, PlainJfif.Length - 2), 0, 0]; // without its uncompressed preview
            else if (marker == App1 && payload.AsSpan().StartsWith(XmpName))
                xmp = xmp.Length == 0 ? payload[XmpName.Length..] : xmp;
            else if (IsCarried(marker, payload) || (keepsProfile && IsProfile(marker, payload)))
                WriteSegment(carried, marker, payload);
        }

        var marked = XmpPacket.Mark(xmp);
        if (XmpName.Length + marked.Length > MostPayload)
            throw new PictureException(
                PictureProblem.Unsupported,
                $"{path}: its XMP packet leaves no room for the machine-made colour mark."
            );
        WriteSegment(carried, App1, [.. XmpName, .. marked]);

        // JFIF must come first if it is there. Cameras omit it beside EXIF; a file with neither is given one.
        using var first = new MemoryStream();
        if (jfif.Length > 0 || !hasExif)
            WriteSegment(first, App0, jfif.Length > 0 ? jfif : PlainJfif);
        carried.WriteTo(first);
        return first.ToArray();
    }

    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte App2 = 0xE2;
    private const byte App14 = 0xEE;
    private const byte Comment = 0xFE;

    // Version 1.01, square pixels, no preview.
    private static ReadOnlySpan<byte> PlainJfif => "JFIF\0\x01\x01\0\0\x01\0\x01\0\0"u8;

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;

    // The second byte of padding after the name is zero by the standard, but some cameras write FF.
    private static bool IsExif(byte marker, ReadOnlySpan<byte> payload) =>
        marker == App1 && payload.Length > ExifName.Length && payload.StartsWith("Exif\0"u8);

    private static bool IsProfile(byte marker, ReadOnlySpan<byte> payload) => marker == App2 && payload.StartsWith("ICC_PROFILE\0"u8);

    private static bool IsCarried(byte marker, ReadOnlySpan<byte> payload) =>
        marker switch
        {
            Comment => true,
            App0 or App14 => false,
            App2 => !IsProfile(marker, payload) && !payload.StartsWith("MPF\0"u8),
            > App0 and <= 0xEF => true,
            _ => false,
        };

    /// <summary>The segments up to the first scan; a malformed end of them just ends them, since the pixels decoded.</summary>
    private static IEnumerable<(byte Marker, byte[] Payload)> Segments(Stream source)
    {
        source.Position = 2;
        var head = new byte[4];
        while (source.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4)
        {
            if (head[0] != 0xFF)
                yield break;
            if (head[1] == 0xFF)
            {
                // A fill byte before the marker.
                source.Position -= 3;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)) - 2;
            const byte startOfScan = 0xDA;
            if (head[1] == startOfScan || length < 0)
                yield break;
            var payload = new byte[length];
            if (source.ReadAtLeast(payload, length, throwOnEndOfStream: false) < length)
                yield break;
            yield return (head[1], payload);
        }
    }

    /// <summary>Writes a segment.</summary>
    /// <param name="target">Receives it.</param>
    /// <param name="marker">The second byte of its marker.</param>
    /// <param name="payload">What follows its length.</param>
    public static void WriteSegment(Stream target, byte marker, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(payload.Length + 2));
        target.Write(head);
        target.Write(payload);
    }
}
