namespace ActorColorize.Imaging.Metadata;

/// <summary>An entry of a TIFF directory as stored in the file.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Count">Number of values.</param>
/// <param name="Field">The bytes of the value field: the values themselves if they fit, else their offset.</param>
internal sealed record TiffEntry(ushort Tag, ushort Type, ulong Count, byte[] Field);

/// <summary>Reads and writes directories of TIFF files.</summary>
/// <remarks>Source: TIFF revision 6.0, section 2.</remarks>
internal static class TiffDirectory
{
    /// <summary>Directories with more entries or longer values are not treated as metadata.</summary>
    private const int MostEntries = 4096;

    private const long LongestValue = 64 << 20;

    /// <summary>Reads the layout and the offset of the first directory; null if the file is not a TIFF.</summary>
    public static (TiffLayout Layout, ulong First)? ReadHeader(Stream file)
    {
        var header = new byte[16];
        file.Position = 0;
        var read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (TiffLayout.FromHeader(header) is not { } layout || read < layout.HeaderBytes)
            return null;
        return (layout, layout.ReadOffset(header.AsSpan(layout.FirstOffsetAt)));
    }

    /// <summary>The offsets of the directories of a file's pages, as far as their chain can be followed.</summary>
    /// <param name="file">The TIFF.</param>
    /// <param name="most">How many are followed.</param>
    public static List<ulong> Chain(Stream file, int most = int.MaxValue)
    {
        var chain = new List<ulong>();
        if (ReadHeader(file) is not var (layout, next))
            return chain;
        var seen = new HashSet<ulong>();
        while (next != 0 && seen.Add(next) && chain.Count < most)
        {
            var entries = Read(file, layout, next);
            if (entries.Count == 0)
                break;
            chain.Add(next);
            next = Next(file, layout, next, entries.Count);
        }

        return chain;
    }

    /// <summary>Reads a directory; one that is malformed is empty.</summary>
    public static List<TiffEntry> Read(Stream file, TiffLayout layout, ulong offset)
    {
        var entries = new List<TiffEntry>();
        var counter = ReadAt(file, offset, layout.CountBytes);
        if (counter is null)
            return entries;
        var count = layout.IsBig ? layout.ReadUInt64(counter) : layout.ReadUInt16(counter);
        if (count > MostEntries || ReadAt(file, offset + (ulong)layout.CountBytes, (long)count * layout.EntryBytes) is not { } table)
            return entries;
        for (var i = 0; i < (int)count; i++)
        {
            var entry = table.AsSpan(i * layout.EntryBytes, layout.EntryBytes);
            entries.Add(
                new TiffEntry(
                    layout.ReadUInt16(entry),
                    layout.ReadUInt16(entry[2..]),
                    layout.ReadOffset(entry[4..]),
                    entry[^layout.OffsetBytes..].ToArray()
                )
            );
        }

        return entries;
    }

    /// <summary>The bytes of an entry's values as the file has them; null if it is malformed.</summary>
    public static byte[]? Values(Stream file, TiffLayout layout, TiffEntry entry)
    {
        var size = TiffType.Size(entry.Type);
        if (size == 0 || entry.Count > LongestValue)
            return null;
        var length = (long)entry.Count * size;
        return length <= layout.OffsetBytes ? entry.Field[..(int)length] : ReadAt(file, layout.ReadOffset(entry.Field), length);
    }

    /// <summary>The values of an entry of whole numbers; null if it is not one.</summary>
    public static ulong[]? Numbers(Stream file, TiffLayout layout, TiffEntry entry)
    {
        if (Values(file, layout, entry) is not { } bytes)
            return null;
        var size = TiffType.Size(entry.Type);
        var numbers = new ulong[(int)entry.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            var value = bytes.AsSpan(i * size, size);
            switch (entry.Type)
            {
                case TiffType.Byte:
                    numbers[i] = value[0];
                    break;
                case TiffType.Short:
                    numbers[i] = layout.ReadUInt16(value);
                    break;
                case TiffType.Long or TiffType.Directory:
                    numbers[i] = layout.ReadUInt32(value);
                    break;
                case TiffType.Long8 or TiffType.Directory8:
                    numbers[i] = layout.ReadUInt64(value);
                    break;
                default:
                    return null;
            }
        }

        return numbers;
    }

    /// <summary>Turns values from one byte order into another.</summary>
    public static byte[] Reordered(ReadOnlySpan<byte> values, ushort type, TiffLayout from, TiffLayout to)
    {
        var reordered = values.ToArray();
        var unit = TiffType.Unit(type);
        if (from.IsBigEndian == to.IsBigEndian || unit <= 1)
            return reordered;
        for (var i = 0; i + unit <= reordered.Length; i += unit)
            reordered.AsSpan(i, unit).Reverse();
        return reordered;
    }

    /// <summary>Makes an entry whose values, if they do not fit into it, are appended to the file.</summary>
    public static TiffEntry Append(Stream file, TiffLayout layout, ushort tag, ushort type, ReadOnlySpan<byte> values)
    {
        var field = new byte[layout.OffsetBytes];
        if (values.Length <= field.Length)
            values.CopyTo(field);
        else
            layout.WriteOffset(field, AppendBytes(file, values));
        return new TiffEntry(tag, type, (ulong)(values.Length / TiffType.Size(type)), field);
    }

    /// <summary>Appends a directory to the file.</summary>
    /// <returns>Its offset.</returns>
    public static ulong AppendDirectory(Stream file, TiffLayout layout, IEnumerable<TiffEntry> entries, ulong next)
    {
        var sorted = entries.OrderBy(entry => entry.Tag).ToList();
        var bytes = new byte[layout.CountBytes + (sorted.Count * layout.EntryBytes) + layout.OffsetBytes];
        if (layout.IsBig)
            layout.WriteOffset(bytes, (ulong)sorted.Count);
        else
            layout.WriteUInt16(bytes, (ushort)sorted.Count);
        for (var i = 0; i < sorted.Count; i++)
        {
            var place = bytes.AsSpan(layout.CountBytes + (i * layout.EntryBytes), layout.EntryBytes);
            layout.WriteUInt16(place, sorted[i].Tag);
            layout.WriteUInt16(place[2..], sorted[i].Type);
            layout.WriteOffset(place[4..], sorted[i].Count);
            sorted[i].Field.CopyTo(place[^layout.OffsetBytes..]);
        }

        layout.WriteOffset(bytes.AsSpan(bytes.Length - layout.OffsetBytes), next);
        return AppendBytes(file, bytes);
    }

    /// <summary>The link to the next directory that stands after a directory; 0 if there is none or it cannot be read.</summary>
    public static ulong Next(Stream file, TiffLayout layout, ulong offset, int entries) =>
        ReadAt(file, offset + (ulong)(layout.CountBytes + (entries * layout.EntryBytes)), layout.OffsetBytes) is { } link
            ? layout.ReadOffset(link)
            : 0;

    private static ulong AppendBytes(Stream file, ReadOnlySpan<byte> bytes)
    {
        file.Position = file.Length;
        // Offsets must be even (TIFF 6.0, section 2: "word boundary").
        if ((file.Position & 1) == 1)
            file.WriteByte(0);
        var offset = (ulong)file.Position;
        file.Write(bytes);
        return offset;
    }

    private static byte[]? ReadAt(Stream file, ulong offset, long length)
    {
        if (offset > (ulong)file.Length || length > file.Length - (long)offset)
            return null;
        var bytes = new byte[length];
        file.Position = (long)offset;
        file.ReadExactly(bytes);
        return bytes;
    }
}
