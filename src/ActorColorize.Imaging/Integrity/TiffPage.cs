using ActorColorize.Imaging.Metadata;

namespace ActorColorize.Imaging.Integrity;

/// <summary>What a TIFF directory says about the pixels of its page.</summary>
/// <remarks>Sources: TIFF revision 6.0, sections 3 to 15; Adobe's technical notes of 1995 and 2002 (SubIFD, JPEG, Deflate).</remarks>
internal sealed record TiffPage
{
    public const int NoCompression = 1;
    public const int Lzw = 5;
    public const int Jpeg = 7;
    public const int Deflate = 8;
    public const int OldDeflate = 32946;
    public const int PackBits = 32773;

    private const int MostPages = 10_000;
    private const int LongestTables = 1 << 16;

    private readonly Dictionary<ushort, ulong[]> numbers = [];

    public long Width => One(0x0100, 0);

    public long Height => One(0x0101, 0);

    /// <summary>Bits per sample of the first channel.</summary>
    public long Bits => One(0x0102, 1);

    /// <summary>Whether all channels have as many bits.</summary>
    public bool HasEqualBits => !numbers.TryGetValue(0x0102, out var bits) || bits.All(value => value == bits[0]);

    public long Compression => One(TiffTag.Compression, NoCompression);

    public long Photometric => One(0x0106, 0);

    public bool HasReversedBits => One(0x010A, 1) == 2;

    public long Samples => One(0x0115, 1);

    public long RowsPerStrip => Math.Min(One(0x0116, long.MaxValue), Math.Max(1, Height));

    public bool IsPlanar => One(0x011C, 1) == 2;

    /// <summary>1 unsigned, 2 signed, 3 floating point, 4 undefined.</summary>
    public long SampleFormat => One(0x0153, 1);

    public bool IsTiled => numbers.ContainsKey(0x0142);

    public long TileWidth => One(0x0142, 0);

    public long TileHeight => One(0x0143, 0);

    /// <summary>Horizontal and vertical subsampling of Cb and Cr.</summary>
    public (long Across, long Down) Subsampling =>
        numbers.TryGetValue(0x0212, out var factors) && factors is [var h, var v, ..] ? ((long)h, (long)v) : (2, 2);

    /// <summary>Whether the page is a smaller version of another one, or a mask.</summary>
    public bool IsAuxiliary => IsReduced || IsMask;

    /// <summary>Whether the page is a smaller version of another one.</summary>
    public bool IsReduced => !IsMask && ((One(TiffTag.NewSubfileType, 0) & 1) != 0 || One(0x00FF, 1) == 2);

    /// <summary>Whether the page says which pixels of another one are seen.</summary>
    public bool IsMask => (One(TiffTag.NewSubfileType, 0) & 4) != 0;

    /// <summary>Black and white only: one channel of one bit.</summary>
    public bool IsBilevel => Bits == 1 && Samples == 1 && Photometric is 0 or 1;

    /// <summary>Offsets of the strips or tiles; null if they cannot be read.</summary>
    public ulong[]? Offsets => numbers.GetValueOrDefault(IsTiled ? TiffTag.TileOffsets : TiffTag.StripOffsets);

    /// <summary>Their lengths; null if the file does not say.</summary>
    public ulong[]? Counts => numbers.GetValueOrDefault(IsTiled ? TiffTag.TileByteCounts : TiffTag.StripByteCounts);

    /// <summary>The tables that all JPEG strips share; empty if there are none.</summary>
    public byte[] JpegTables { get; private init; } = [];

    /// <summary>All pages of a file, as far as their chain can be followed.</summary>
    public static List<TiffPage> ReadAll(Stream file)
    {
        if (TiffDirectory.ReadHeader(file) is not var (layout, _))
            return [];
        return [.. TiffDirectory.Chain(file, MostPages).Select(at => Of(file, layout, TiffDirectory.Read(file, layout, at)))];
    }

    private static TiffPage Of(Stream file, TiffLayout layout, List<TiffEntry> entries)
    {
        byte[] tables = [];
        if (entries.Find(static entry => entry.Tag == 0x015B) is { Count: <= LongestTables } shared)
            tables = TiffDirectory.Values(file, layout, shared) ?? [];
        var page = new TiffPage { JpegTables = tables };
        foreach (var entry in entries.Where(static entry => entry.Tag is < 0x0154 or 0x0212 && entry.Tag != 0x015B))
        {
            if (TiffDirectory.Numbers(file, layout, entry) is { Length: > 0 } values)
                page.numbers.TryAdd(entry.Tag, values);
        }

        return page;
    }

    private long One(ushort tag, long otherwise) =>
        numbers.TryGetValue(tag, out var values) ? (long)Math.Min(values[0], long.MaxValue) : otherwise;
}
