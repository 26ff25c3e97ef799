namespace ActorColorize.Imaging.Metadata;

/// <summary>
/// Puts pages together to one TIFF: each is written at the end of the file as a TIFF of its own, then its offsets are made to count from
/// the beginning of the file, and its directory is linked to the one before.
/// </summary>
/// <param name="file">An empty file, readable and writable.</param>
internal sealed class TiffPageWriter(Stream file)
{
    private static readonly HashSet<ushort> Directories = [TiffTag.ExifDirectory, TiffTag.GpsDirectory, TiffTag.InteroperabilityDirectory];

    private long linkAt;

    /// <summary>Adds a page.</summary>
    /// <param name="write">Writes it as a TIFF of its own, of the same kind (classic or BigTIFF) as the pages before.</param>
    /// <param name="subfileType">The value of NewSubfileType: 1 a smaller version of another page; null: as written.</param>
    public void Add(Action<Stream> write, uint? subfileType = null)
    {
        if ((file.Length & 1) == 1)
        {
            file.Position = file.Length;
            file.WriteByte(0); // offsets are even
        }

        using var window = new TiffWindow(file, file.Length) { Position = 0 };
        write(window);
        var (layout, first) = TiffDirectory.ReadHeader(window)!.Value;
        if (subfileType is { } type)
            first = WithSubfileType(window, layout, first, type);
        var entries = Rebase(window, layout, first);
        if (linkAt > 0)
            WriteOffset(file, layout, linkAt, (ulong)window.Start + first);
        linkAt = window.Start + (long)first + layout.CountBytes + ((long)entries * layout.EntryBytes);
        file.Position = file.Length;
    }

    private static ulong WithSubfileType(Stream window, TiffLayout layout, ulong first, uint type)
    {
        var value = new byte[sizeof(uint)];
        layout.WriteUInt32(value, type);
        var entries = TiffDirectory.Read(window, layout, first).Where(static entry => entry.Tag != TiffTag.NewSubfileType);
        var directory = TiffDirectory.AppendDirectory(
            window,
            layout,
            [.. entries, TiffDirectory.Append(window, layout, TiffTag.NewSubfileType, TiffType.Long, value)],
            next: 0
        );
        WriteOffset(window, layout, layout.FirstOffsetAt, directory);
        return directory;
    }

    /// <summary>Makes the offsets of a directory count from the beginning of the file; returns how many entries it has.</summary>
    private static int Rebase(TiffWindow window, TiffLayout layout, ulong directory)
    {
        var entries = TiffDirectory.Read(window, layout, directory);
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var fieldAt = (long)directory + layout.CountBytes + ((i + 1L) * layout.EntryBytes) - layout.OffsetBytes;
            if (entry.Tag is TiffTag.StripOffsets or TiffTag.TileOffsets || Directories.Contains(entry.Tag))
            {
                var values = TiffDirectory.Numbers(window, layout, entry)!;
                if (Directories.Contains(entry.Tag))
                    Rebase(window, layout, values[0]);
                var size = TiffType.Size(entry.Type);
                var at = size * values.Length <= layout.OffsetBytes ? fieldAt : (long)layout.ReadOffset(entry.Field);
                for (var value = 0; value < values.Length; value++)
                    WriteOffset(
                        window,
                        layout with
                        {
                            IsBig = size == sizeof(ulong),
                        },
                        at + (value * size),
                        values[value] + (ulong)window.Start
                    );
            }

            if ((long)entry.Count * TiffType.Size(entry.Type) > layout.OffsetBytes)
                WriteOffset(window, layout, fieldAt, layout.ReadOffset(entry.Field) + (ulong)window.Start);
        }

        return entries.Count;
    }

    private static void WriteOffset(Stream stream, TiffLayout layout, long at, ulong offset)
    {
        var bytes = new byte[layout.OffsetBytes];
        layout.WriteOffset(bytes, offset);
        stream.Position = at;
        stream.Write(bytes);
    }
}
