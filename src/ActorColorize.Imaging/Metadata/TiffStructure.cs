using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorColorize.Imaging.Metadata;

/// <summary>
/// How a TIFF structure is laid out: byte order, and whether it is the classic kind with 32-bit offsets or BigTIFF with 64-bit ones. EXIF
/// blocks are classic.
/// </summary>
/// <remarks>Sources: TIFF revision 6.0, section 2; the BigTIFF design (libtiff).</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TiffLayout(bool IsBigEndian, bool IsBig)
{
    /// <summary>Bytes of the header up to and with the offset of the first directory.</summary>
    public int HeaderBytes => IsBig ? 16 : 8;

    /// <summary>Where in the header the offset of the first directory is.</summary>
    public int FirstOffsetAt => IsBig ? 8 : 4;

    /// <summary>Bytes of an offset.</summary>
    public int OffsetBytes => IsBig ? 8 : 4;

    /// <summary>Bytes of a directory entry.</summary>
    public int EntryBytes => IsBig ? 20 : 12;

    /// <summary>Bytes of the number of entries that a directory begins with.</summary>
    public int CountBytes => IsBig ? 8 : 2;

    /// <summary>The layout given by a header, or null if it is not a TIFF header.</summary>
    public static TiffLayout? FromHeader(ReadOnlySpan<byte> header) =>
        header switch
        {
            [(byte)'I', (byte)'I', 42, 0, ..] => new(IsBigEndian: false, IsBig: false),
            [(byte)'M', (byte)'M', 0, 42, ..] => new(IsBigEndian: true, IsBig: false),
            [(byte)'I', (byte)'I', 43, 0, ..] => new(IsBigEndian: false, IsBig: true),
            [(byte)'M', (byte)'M', 0, 43, ..] => new(IsBigEndian: true, IsBig: true),
            _ => null,
        };

    public ushort ReadUInt16(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint ReadUInt32(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public ulong ReadUInt64(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <summary>Reads an offset, or a count of the same width.</summary>
    public ulong ReadOffset(ReadOnlySpan<byte> bytes) => IsBig ? ReadUInt64(bytes) : ReadUInt32(bytes);

    public void WriteUInt16(Span<byte> bytes, ushort value)
    {
        if (IsBigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
    }

    public void WriteUInt32(Span<byte> bytes, uint value)
    {
        if (IsBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
    }

    public void WriteOffset(Span<byte> bytes, ulong value)
    {
        if (!IsBig)
            WriteUInt32(bytes, checked((uint)value));
        else if (IsBigEndian)
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
    }
}

/// <summary>Types of TIFF values: their size, and the size of the units whose bytes swap between byte orders.</summary>
internal static class TiffType
{
    public const ushort Byte = 1;
    public const ushort Ascii = 2;
    public const ushort Short = 3;
    public const ushort Long = 4;
    public const ushort Rational = 5;
    public const ushort Undefined = 7;
    public const ushort Directory = 13;
    public const ushort Long8 = 16;
    public const ushort Directory8 = 18;

    /// <summary>Bytes of one value; 0 for a type that is not known.</summary>
    public static int Size(ushort type) =>
        type switch
        {
            Byte or Ascii or 6 or Undefined => 1,
            Short or 8 => 2,
            Long or 9 or 11 or Directory => 4,
            Rational or 10 or 12 or Long8 or 17 or Directory8 => 8,
            _ => 0,
        };

    /// <summary>Bytes that swap as one: a rational is two words of four.</summary>
    public static int Unit(ushort type) => type is Rational or 10 ? 4 : Size(type);
}

/// <summary>Tags that are read or written here.</summary>
internal static class TiffTag
{
    public const ushort NewSubfileType = 0x00FE;
    public const ushort Compression = 0x0103;
    public const ushort StripOffsets = 0x0111;
    public const ushort Orientation = 0x0112;
    public const ushort StripByteCounts = 0x0117;
    public const ushort TileOffsets = 0x0144;
    public const ushort TileByteCounts = 0x0145;
    public const ushort ThumbnailOffset = 0x0201;
    public const ushort ThumbnailLength = 0x0202;
    public const ushort Xmp = 0x02BC;
    public const ushort ExifDirectory = 0x8769;
    public const ushort GpsDirectory = 0x8825;
    public const ushort InteroperabilityDirectory = 0xA005;
    public const ushort PixelWidth = 0xA002;
    public const ushort PixelHeight = 0xA003;
}
