using System.Buffers.Binary;
using System.Text;

namespace ActorColorize.Imaging.Tests;

/// <summary>
/// Reads tags of a classic TIFF file, or of an EXIF block, which is one: the first directory, EXIF, GPS and the preview's.
/// </summary>
internal sealed class TiffTags
{
    public const ushort Orientation = 0x0112;
    public const ushort Make = 0x010F;
    public const ushort Description = 0x010E;
    public const ushort Artist = 0x013B;
    public const ushort Xmp = 0x02BC;
    public const ushort Iptc = 0x83BB;
    public const ushort DateTimeOriginal = 0x9003;
    public const ushort FNumber = 0x829D;
    public const ushort PixelWidth = 0xA002;
    public const ushort PixelHeight = 0xA003;
    public const ushort GpsLatitude = 0x0002;

    private readonly byte[] bytes;
    private readonly bool isBigEndian;
    private readonly Dictionary<ushort, int> tags = [];
    private readonly Dictionary<ushort, int> previewTags = [];

    public TiffTags(byte[] bytes)
    {
        this.bytes = bytes;
        isBigEndian = bytes[0] == 'M';
        Assert.Equal(42, UInt16(2));
        var next = ReadDirectory((int)UInt32(4), tags);
        if (next != 0)
            ReadDirectory(next, previewTags);
        foreach (var pointer in (ushort[])[0x8769, 0x8825])
            if (tags.TryGetValue(pointer, out var entry))
                ReadDirectory((int)UInt32(entry + 8), tags);
    }

    public bool Has(ushort tag) => tags.ContainsKey(tag);

    public string Text(ushort tag) => Encoding.UTF8.GetString(Values(tag)).TrimEnd('\0');

    /// <summary>A single whole number.</summary>
    public int Number(ushort tag) => UInt16(tags[tag] + 2) == 3 ? UInt16(tags[tag] + 8) : (int)UInt32(tags[tag] + 8);

    /// <summary>The first of an entry's fractions.</summary>
    public double Fraction(ushort tag)
    {
        var at = (int)UInt32(tags[tag] + 8);
        return UInt32(at) / (double)UInt32(at + 4);
    }

    public byte[] Values(ushort tag)
    {
        var entry = tags[tag];
        var size = UInt16(entry + 2) switch
        {
            3 => 2,
            4 => 4,
            5 => 8,
            _ => 1,
        };
        var length = size * (int)UInt32(entry + 4);
        var at = length <= 4 ? entry + 8 : (int)UInt32(entry + 8);
        return bytes[at..(at + length)];
    }

    /// <summary>The JPEG of the embedded preview.</summary>
    public byte[] Preview()
    {
        var (offset, length) = ((int)UInt32(previewTags[0x0201] + 8), (int)UInt32(previewTags[0x0202] + 8));
        return bytes[offset..(offset + length)];
    }

    private int ReadDirectory(int at, Dictionary<ushort, int> into)
    {
        var count = UInt16(at);
        for (var i = 0; i < count; i++)
            into[UInt16(at + 2 + i * 12)] = at + 2 + i * 12;
        return (int)UInt32(at + 2 + count * 12);
    }

    private ushort UInt16(int at) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private uint UInt32(int at) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
