using System.Buffers.Binary;
using System.IO.Compression;
using NetVips;

namespace ActorColorize.Imaging.Tests;

/// <summary>Writes picture files for tests, and puts metadata and damage into them byte by byte.</summary>
internal static class PictureFile
{
    /// <summary>Encodes by the extension of a name; no metadata.</summary>
    public static byte[] Encode(Image image, string extension, bool isLossless = false) =>
        extension switch
        {
            ".jpg" => image.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.None),
            ".png" => image.PngsaveBuffer(keep: Enums.ForeignKeep.None),
            ".webp" => image.WebpsaveBuffer(q: 95, lossless: isLossless, keep: Enums.ForeignKeep.None),
            ".tif" => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw, keep: Enums.ForeignKeep.None),
            _ => throw new ArgumentOutOfRangeException(nameof(extension), extension, "Unknown extension."),
        };

    /// <summary>Puts segments behind the start marker of a JPEG.</summary>
    public static byte[] WithSegments(byte[] jpeg, params (byte Marker, byte[] Payload)[] segments)
    {
        using var file = new MemoryStream();
        file.Write(jpeg.AsSpan(0, 2));
        Span<byte> length = stackalloc byte[2];
        foreach (var (marker, payload) in segments)
        {
            file.Write([0xFF, marker]);
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(payload.Length + 2));
            file.Write(length);
            file.Write(payload);
        }

        file.Write(jpeg.AsSpan(2));
        return file.ToArray();
    }

    /// <summary>The segments of a JPEG before its first scan.</summary>
    public static List<(byte Marker, byte[] Payload)> Segments(byte[] jpeg)
    {
        var segments = new List<(byte Marker, byte[] Payload)>();
        for (var at = 2; jpeg[at + 1] != 0xDA; )
        {
            Assert.Equal(0xFF, jpeg[at]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
            segments.Add((jpeg[at + 1], jpeg[(at + 4)..(at + 2 + length)]));
            at += 2 + length;
        }

        return segments;
    }

    /// <summary>A JPEG with an EXIF block.</summary>
    public static byte[] WithExif(byte[] jpeg, byte[] exif) => WithSegments(jpeg, (0xE1, [.. "Exif\0\0"u8, .. exif]));

    /// <summary>Puts chunks behind the header of a PNG.</summary>
    public static byte[] WithChunks(byte[] png, params (string Type, byte[] Data)[] chunks)
    {
        using var file = new MemoryStream();
        file.Write(png.AsSpan(0, 33));
        foreach (var (type, data) in chunks)
            WriteChunk(file, type, data);
        file.Write(png.AsSpan(33));
        return file.ToArray();
    }

    /// <summary>The chunks of a PNG.</summary>
    public static List<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        var chunks = new List<(string Type, byte[] Data)>();
        for (var at = 8; at < png.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks.Add((System.Text.Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }

        return chunks;
    }

    /// <summary>Puts chunks into a WebP of the simple kind, which makes it one of the extended kind.</summary>
    public static byte[] WithChunks(byte[] webp, int width, int height, byte flags, params (string Type, byte[] Data)[] chunks)
    {
        using var body = new MemoryStream();
        WriteRiffChunk(body, "VP8X", [flags, 0, 0, 0, .. UInt24(width - 1), .. UInt24(height - 1)]);
        body.Write(webp.AsSpan(12));
        foreach (var (type, data) in chunks)
            WriteRiffChunk(body, type, data);
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)body.Length + 4);
        return [.. "RIFF"u8, .. length, .. "WEBP"u8, .. body.ToArray()];
    }

    /// <summary>The chunks of a WebP.</summary>
    public static List<(string Type, byte[] Data)> RiffChunks(byte[] webp)
    {
        Assert.Equal(webp.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(webp.AsSpan(4)));
        var chunks = new List<(string Type, byte[] Data)>();
        for (var at = 12; at < webp.Length; )
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(webp.AsSpan(at + 4));
            chunks.Add((System.Text.Encoding.ASCII.GetString(webp, at, 4), webp[(at + 8)..(at + 8 + length)]));
            at += 8 + length + (length & 1);
        }

        return chunks;
    }

    /// <summary>
    /// A PNG of one colour and any size in very few bytes: one bit a pixel, all the same, which deflate packs a thousandfold.
    /// </summary>
    public static byte[] Bomb(int side)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + ((side + 7) / 8)];
            for (var y = 0; y < side; y++)
                deflate.Write(row);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = 1; // one bit, grey
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A]);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", packed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A WebP animation of two frames.</summary>
    public static byte[] Animation(int width, int height)
    {
        using var frame = Drawing.LandscapeImage(width, height);
        using var other = frame.Invert();
        using var both = frame.Join(other, Enums.Direction.Vertical);
        using var pages = both.Mutate(fields => fields.Set(GValue.GIntType, "page-height", height));
        return pages.WebpsaveBuffer();
    }

    private static void WriteChunk(MemoryStream file, string type, byte[] data)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)data.Length);
        file.Write(number);
        byte[] checkedBytes = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        file.Write(checkedBytes);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(checkedBytes));
        file.Write(number);
    }

    // Bit by bit, as the PNG specification defines it.
    private static uint Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }

    private static void WriteRiffChunk(MemoryStream file, string type, byte[] data)
    {
        file.Write(System.Text.Encoding.ASCII.GetBytes(type));
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)data.Length);
        file.Write(length);
        file.Write(data);
        if ((data.Length & 1) == 1)
            file.WriteByte(0);
    }

    private static byte[] UInt24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
