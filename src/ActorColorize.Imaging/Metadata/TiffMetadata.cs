namespace ActorColorize.Imaging.Metadata;

/// <summary>
/// Copies the descriptive tags of a TIFF to another one: description, camera, author, dates, resolution, EXIF and GPS directories, XMP,
/// IPTC, Photoshop blocks, and the georeference of aerial pictures. The new file gets one new directory at its end; its pixels stay where
/// they are.
/// </summary>
internal static class TiffMetadata
{
    private static readonly HashSet<ushort> Carried =
    [
        0x010D, // DocumentName
        0x010E, // ImageDescription
        0x010F, // Make
        0x0110, // Model
        0x011A, // XResolution
        0x011B, // YResolution
        0x011D, // PageName
        0x0128, // ResolutionUnit
        0x0131, // Software
        0x0132, // DateTime
        0x013B, // Artist
        0x013C, // HostComputer
        0x4746, // Rating
        0x4749, // RatingPercent
        0x8298, // Copyright
        IptcTag,
        PhotoshopTag,
        TiffTag.ExifDirectory,
        TiffTag.GpsDirectory,
        0x9C9B,
        0x9C9C,
        0x9C9D,
        0x9C9E,
        0x9C9F, // titles, comments, author, keywords, subject of Windows
    ];

    // The georeference, valid only if the pixels are not rotated. Model pixel scale, tie points, transformation, and the
    // three GeoTIFF key tags.
    private static readonly HashSet<ushort> Georeference = [0x830E, 0x8482, 0x85D8, 0x87AF, 0x87B0, 0x87B1];

    // What a page is among others: NewSubfileType, PageNumber.
    private static readonly HashSet<ushort> OfPages = [TiffTag.NewSubfileType, 0x0129];

    // libvips always writes one; the source's own, if it has one, is carried over.
    private static readonly HashSet<ushort> Resolution = [0x011A, 0x011B, 0x0128];

    private const ushort IptcTag = 0x83BB;
    private const ushort PhotoshopTag = 0x8649;

    /// <summary>Adds the tags.</summary>
    /// <param name="source">The TIFF that the metadata comes from.</param>
    /// <param name="target">The new TIFF, readable and writable.</param>
    /// <param name="edits">What to adapt.</param>
    /// <param name="page">Which directory of the source they are in.</param>
    public static void Carry(Stream source, Stream target, MetadataEdits edits, int page = 0)
    {
        var (from, first) = TiffDirectory.ReadHeader(source)!.Value;
        var chain = TiffDirectory.Chain(source, page + 2);
        var sourceFirst = page < chain.Count ? chain[page] : first;
        var isOneOfSeveral = chain.Count > 1;
        var (to, targetFirst) = TiffDirectory.ReadHeader(target)!.Value;
        var ours = TiffDirectory.Read(target, to, targetFirst);
        var next = TiffDirectory.Next(target, to, targetFirst, ours.Count);
        var entries = ours.Where(static entry => !Resolution.Contains(entry.Tag)).ToDictionary(static entry => entry.Tag);
        byte[] xmp = [];
        foreach (var entry in TiffDirectory.Read(source, from, sourceFirst))
        {
            if (entry.Tag == TiffTag.Xmp)
                xmp = TiffDirectory.Values(source, from, entry) ?? [];
            else if (
                (
                    Carried.Contains(entry.Tag)
                    || (Georeference.Contains(entry.Tag) && !edits.IsTurned)
                    || (isOneOfSeveral && OfPages.Contains(entry.Tag))
                ) && Copy(source, from, entry, target, to, edits) is { } copy
            )
                entries[entry.Tag] = copy;
        }

        entries[TiffTag.Xmp] = TiffDirectory.Append(target, to, TiffTag.Xmp, TiffType.Byte, XmpPacket.Mark(xmp));
        var directory = TiffDirectory.AppendDirectory(target, to, entries.Values, next);
        var link = new byte[to.OffsetBytes];
        to.WriteOffset(link, directory);
        target.Position = to.FirstOffsetAt;
        target.Write(link);
        target.Position = target.Length;
    }

    /// <summary>How a page's pixels are compressed (tag 259), or 1 (not) if it does not say.</summary>
    /// <param name="source">The TIFF.</param>
    /// <param name="page">Which directory.</param>
    public static int Compression(Stream source, int page = 0)
    {
        if (
            TiffDirectory.ReadHeader(source) is not { } header
            || TiffDirectory.Chain(source, page + 1) is not { } chain
            || chain.Count <= page
        )
            return 1;
        var entry = TiffDirectory.Read(source, header.Layout, chain[page]).Find(entry => entry.Tag == TiffTag.Compression);
        return entry is not null && TiffDirectory.Numbers(source, header.Layout, entry) is [var compression, ..] ? (int)compression : 1;
    }

    /// <summary>Whether the file ends before its first directory, or before the pixels that it points to.</summary>
    public static bool IsTruncated(Stream source)
    {
        if (TiffDirectory.ReadHeader(source) is not { } header)
            return true;
        var entries = TiffDirectory.Read(source, header.Layout, header.First);
        return entries.Count == 0
            || EndOfPixels(source, header.Layout, entries, TiffTag.StripOffsets, TiffTag.StripByteCounts) > (ulong)source.Length
            || EndOfPixels(source, header.Layout, entries, TiffTag.TileOffsets, TiffTag.TileByteCounts) > (ulong)source.Length;
    }

    private static ulong EndOfPixels(Stream source, TiffLayout layout, List<TiffEntry> entries, ushort offsetsTag, ushort countsTag)
    {
        var offsets = entries.Find(entry => entry.Tag == offsetsTag);
        var counts = entries.Find(entry => entry.Tag == countsTag);
        if (offsets is null || counts is null)
            return 0;
        if (
            TiffDirectory.Numbers(source, layout, offsets) is not { } begins
            || TiffDirectory.Numbers(source, layout, counts) is not { } lengths
        )
            return ulong.MaxValue;
        return begins.Zip(lengths, static (begin, length) => begin + length).DefaultIfEmpty().Max();
    }

    private static TiffEntry? Copy(Stream source, TiffLayout from, TiffEntry entry, Stream target, TiffLayout to, MetadataEdits edits)
    {
        if (entry.Tag is TiffTag.ExifDirectory or TiffTag.GpsDirectory or TiffTag.InteroperabilityDirectory)
            return CopyDirectory(source, from, entry, target, to, edits);
        if (TiffDirectory.Values(source, from, entry) is not { } values)
            return null;
        // IPTC is bytes, but many files call it LONG: its bytes must not swap.
        if (entry.Tag is IptcTag or PhotoshopTag)
            return TiffDirectory.Append(target, to, entry.Tag, TiffType.Undefined, values);
        return TiffDirectory.Append(target, to, entry.Tag, entry.Type, TiffDirectory.Reordered(values, entry.Type, from, to));
    }

    private static TiffEntry? CopyDirectory(
        Stream source,
        TiffLayout from,
        TiffEntry pointer,
        Stream target,
        TiffLayout to,
        MetadataEdits edits
    )
    {
        if (TiffDirectory.Numbers(source, from, pointer) is not [var offset, ..])
            return null;
        var copies = new List<TiffEntry>();
        foreach (var entry in TiffDirectory.Read(source, from, offset))
        {
            // The only directory inside one of these is the interoperability one: deeper nesting can only be a crafted loop.
            var isPointer =
                entry.Tag is TiffTag.ExifDirectory or TiffTag.GpsDirectory
                || (entry.Tag == TiffTag.InteroperabilityDirectory && pointer.Tag != TiffTag.ExifDirectory);
            if (!isPointer && Copy(source, from, edits.SwapsSides ? Swapped(entry) : entry, target, to, edits) is { } copy)
                copies.Add(copy);
        }

        if (copies.Count == 0)
            return null;
        var link = new byte[to.OffsetBytes];
        to.WriteOffset(link, TiffDirectory.AppendDirectory(target, to, copies, next: 0));
        return new TiffEntry(pointer.Tag, to.IsBig ? TiffType.Long8 : TiffType.Long, 1, link);
    }

    private static TiffEntry Swapped(TiffEntry entry) =>
        entry.Tag switch
        {
            TiffTag.PixelWidth => entry with { Tag = TiffTag.PixelHeight },
            TiffTag.PixelHeight => entry with { Tag = TiffTag.PixelWidth },
            _ => entry,
        };
}
