using System.Buffers.Binary;
using System.Text;

namespace ActorColorize.Imaging.Metadata;

/// <summary>Copies EXIF and XMP of a WebP to another one. The new one's picture, alpha and profile chunks stay as they are.</summary>
/// <remarks>Source: RFC 9649 (WebP container).</remarks>
internal static class WebPMetadata
{
    private const int RiffHead = 12;
    private const int ChunkHead = 8;
    private const byte ExifFlag = 0x08;
    private const byte XmpFlag = 0x04;

    /// <summary>Puts the metadata of one WebP into another.</summary>
    /// <param name="source">The WebP that the metadata comes from.</param>
    /// <param name="encoded">The new WebP, without metadata but for a profile.</param>
    /// <param name="width">The new picture's width.</param>
    /// <param name="height">The new picture's height.</param>
    /// <param name="hasAlpha">Whether the new picture has alpha.</param>
    /// <param name="edits">What to adapt.</param>
    /// <param name="target">Receives the file.</param>
    public static void Carry(
        Stream source,
        ReadOnlySpan<byte> encoded,
        int width,
        int height,
        bool hasAlpha,
        MetadataEdits edits,
        Stream target
    )
    {
        byte[] exif = [];
        byte[] xmp = [];
        foreach (var (type, data) in Chunks(source, static type => type is "EXIF" or "XMP "))
        {
            if (type == "EXIF")
                exif = ExifBlock.Adapt(WithoutJpegName(data), edits.SwapsSides, int.MaxValue, edits.RenderThumbnail);
            else if (type == "XMP ")
                xmp = data;
        }

        xmp = XmpPacket.Mark(xmp);
        var chunks = encoded[RiffHead..];
        var isExtended = chunks.StartsWith("VP8X"u8);
        var extended = isExtended ? chunks.Slice(ChunkHead, 10).ToArray() : ExtendedHeader(width, height, hasAlpha);
        extended[0] |= (byte)(XmpFlag | (exif.Length > 0 ? ExifFlag : 0));
        if (isExtended)
            chunks = chunks[(ChunkHead + 10)..];

        var length = 4 + ChunkHead + 10 + chunks.Length + Padded(exif.Length) + Padded(xmp.Length);
        target.Write("RIFF"u8);
        WriteUInt32(target, (uint)length);
        target.Write("WEBP"u8);
        WriteChunk(target, "VP8X"u8, extended);
        target.Write(chunks);
        if (exif.Length > 0)
            WriteChunk(target, "EXIF"u8, exif);
        WriteChunk(target, "XMP "u8, xmp);
    }

    /// <summary>Whether the picture is stored without loss.</summary>
    public static bool IsLossless(Stream source) => Chunks(source, static _ => false).Any(chunk => chunk.Type == "VP8L");

    /// <summary>Whether the file has frames rather than one picture.</summary>
    public static bool IsAnimation(Stream source) => Chunks(source, static _ => false).Any(static chunk => chunk.Type == "ANIM");

    /// <summary>For how long each frame of an animation is shown, in milliseconds, and how often it is repeated; 0: for ever.</summary>
    public static (int[] Delays, int Loop) Animation(Stream source)
    {
        const int loopAt = 4,
            delayAt = 12;
        var loop = 0;
        List<int> delays = [];
        foreach (var (type, data) in Chunks(source, static type => type is "ANIM" or "ANMF"))
        {
            if (type == "ANIM" && data.Length >= loopAt + 2)
                loop = BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(loopAt));
            else if (type == "ANMF" && data.Length >= delayAt + 3)
                delays.Add(data[delayAt] | (data[delayAt + 1] << 8) | (data[delayAt + 2] << 16));
        }

        return ([.. delays], loop);
    }

    /// <summary>Whether the picture has alpha, by its first chunk.</summary>
    public static bool HasAlpha(Stream source)
    {
        const byte alphaFlag = 0x10;
        var (type, data) = Chunks(source, static type => type is "VP8X" or "VP8L").FirstOrDefault();
        // The header without loss: a signature, two sizes of 14 bits, and the bit for alpha.
        return type == "VP8X"
            ? data is [var flags, ..] && (flags & alphaFlag) != 0
            : type == "VP8L" && data is [_, _, _, _, var last, ..] && (last & alphaFlag) != 0;
    }

    /// <summary>Whether the file is shorter than it says.</summary>
    public static bool IsTruncated(Stream source)
    {
        var head = new byte[ChunkHead];
        source.Position = 0;
        return source.ReadAtLeast(head, ChunkHead, throwOnEndOfStream: false) < ChunkHead
            || ChunkHead + (long)BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)) > source.Length;
    }

    private static IEnumerable<(string Type, byte[] Data)> Chunks(Stream source, Func<string, bool> isWanted)
    {
        source.Position = RiffHead;
        var head = new byte[ChunkHead];
        while (source.ReadAtLeast(head, ChunkHead, throwOnEndOfStream: false) == ChunkHead)
        {
            var type = Encoding.ASCII.GetString(head, 0, 4);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            if (source.Position + length > source.Length)
                yield break;
            var next = source.Position + length + (length & 1);
            byte[] data = [];
            if (isWanted(type))
            {
                data = new byte[length];
                source.ReadExactly(data);
            }

            yield return (type, data);
            source.Position = next;
        }
    }

    // Some writers keep the name that EXIF has inside a JPEG.
    private static ReadOnlySpan<byte> WithoutJpegName(ReadOnlySpan<byte> exif) => exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;

    private static byte[] ExtendedHeader(int width, int height, bool hasAlpha)
    {
        const byte alphaFlag = 0x10;
        var header = new byte[10];
        header[0] = hasAlpha ? alphaFlag : (byte)0;
        WriteUInt24(header.AsSpan(4), width - 1);
        WriteUInt24(header.AsSpan(7), height - 1);
        return header;
    }

    private static void WriteUInt24(Span<byte> target, int value)
    {
        target[0] = (byte)value;
        target[1] = (byte)(value >> 8);
        target[2] = (byte)(value >> 16);
    }

    private static int Padded(int length) => length == 0 ? 0 : ChunkHead + length + (length & 1);

    private static void WriteChunk(Stream target, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        target.Write(type);
        WriteUInt32(target, (uint)data.Length);
        target.Write(data);
        if ((data.Length & 1) == 1)
            target.WriteByte(0);
    }

    private static void WriteUInt32(Stream target, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        target.Write(bytes);
    }
}
