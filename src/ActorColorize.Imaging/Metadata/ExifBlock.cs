namespace ActorColorize.Imaging.Metadata;

/// <summary>
/// Adapts an EXIF block to pixels that were turned upright and coloured, changing only the values that became wrong: every other byte keeps
/// its position, so that maker notes with internal offsets survive.
/// </summary>
/// <remarks>Source: EXIF 2.32 (CIPA DC-008).</remarks>
internal static class ExifBlock
{
    /// <summary>
    /// Returns an adapted copy: the orientation is 1, the pixel dimensions are swapped if the sides were, and the embedded preview shows
    /// the new picture.
    /// </summary>
    /// <param name="block">The block from its TIFF header on. One that is malformed comes back unchanged.</param>
    /// <param name="swapsSides">Whether width and height changed places.</param>
    /// <param name="mostBytes">How long the result may be.</param>
    /// <param name="renderThumbnail">Makes a small JPEG of the new picture; called only if the block holds a preview.</param>
    public static byte[] Adapt(ReadOnlySpan<byte> block, bool swapsSides, int mostBytes, Func<byte[]> renderThumbnail)
    {
        var adapted = block.ToArray();
        if (TiffLayout.FromHeader(block) is not { IsBig: false } layout || block.Length < layout.HeaderBytes)
            return adapted;
        var main = layout.ReadUInt32(block[layout.FirstOffsetAt..]);
        SetNumber(adapted, layout, main, TiffTag.Orientation, 1);
        if (swapsSides && Number(block, layout, main, TiffTag.ExifDirectory) is { } exif)
            SwapDimensions(adapted, layout, exif);
        if (NextDirectoryAt(block, layout, main) is { } linkAt && layout.ReadUInt32(block[linkAt..]) is var preview and not 0)
            adapted = ReplacePreview(adapted, layout, linkAt, preview, mostBytes, renderThumbnail);
        return adapted;
    }

    private static void SwapDimensions(byte[] block, TiffLayout layout, uint exif)
    {
        if (Number(block, layout, exif, TiffTag.PixelWidth) is { } width && Number(block, layout, exif, TiffTag.PixelHeight) is { } height)
        {
            SetNumber(block, layout, exif, TiffTag.PixelWidth, height);
            SetNumber(block, layout, exif, TiffTag.PixelHeight, width);
        }
    }

    private static byte[] ReplacePreview(
        byte[] block,
        TiffLayout layout,
        int linkAt,
        uint preview,
        int mostBytes,
        Func<byte[]> renderThumbnail
    )
    {
        SetNumber(block, layout, preview, TiffTag.Orientation, 1);
        if (
            Number(block, layout, preview, TiffTag.ThumbnailOffset) is { } offset
            && Number(block, layout, preview, TiffTag.ThumbnailLength) is { } room
        )
        {
            var thumbnail = renderThumbnail();
            if (thumbnail.Length <= room && offset + (long)room <= block.Length)
            {
                var place = block.AsSpan((int)offset, (int)room);
                place.Clear();
                thumbnail.CopyTo(place);
                SetNumber(block, layout, preview, TiffTag.ThumbnailLength, (uint)thumbnail.Length);
                return block;
            }

            if (block.Length + thumbnail.Length <= mostBytes)
            {
                SetNumber(block, layout, preview, TiffTag.ThumbnailOffset, (uint)block.Length);
                SetNumber(block, layout, preview, TiffTag.ThumbnailLength, (uint)thumbnail.Length);
                return [.. block, .. thumbnail];
            }
        }

        // No room, or an uncompressed preview: none is better than the old grey one.
        layout.WriteUInt32(block.AsSpan(linkAt), 0);
        return block;
    }

    private static int? NextDirectoryAt(ReadOnlySpan<byte> block, TiffLayout layout, uint directory)
    {
        if (EntryCount(block, layout, directory) is not { } count)
            return null;
        var linkAt = directory + layout.CountBytes + ((long)count * layout.EntryBytes);
        return linkAt + layout.OffsetBytes <= block.Length ? (int)linkAt : null;
    }

    private static int? EntryCount(ReadOnlySpan<byte> block, TiffLayout layout, uint directory)
    {
        if (directory < layout.HeaderBytes || directory + (long)layout.CountBytes > block.Length)
            return null;
        var count = layout.ReadUInt16(block[(int)directory..]);
        return directory + layout.CountBytes + ((long)count * layout.EntryBytes) <= block.Length ? count : null;
    }

    /// <summary>Where the entry for a single SHORT or LONG is, or null.</summary>
    private static int? NumberEntry(ReadOnlySpan<byte> block, TiffLayout layout, uint directory, ushort tag)
    {
        for (var i = 0; i < (EntryCount(block, layout, directory) ?? 0); i++)
        {
            var at = (int)directory + layout.CountBytes + (i * layout.EntryBytes);
            if (layout.ReadUInt16(block[at..]) != tag)
                continue;
            var type = layout.ReadUInt16(block[(at + 2)..]);
            return type is TiffType.Short or TiffType.Long or TiffType.Directory && layout.ReadUInt32(block[(at + 4)..]) == 1 ? at : null;
        }

        return null;
    }

    private static uint? Number(ReadOnlySpan<byte> block, TiffLayout layout, uint directory, ushort tag)
    {
        if (NumberEntry(block, layout, directory, tag) is not { } at)
            return null;
        return layout.ReadUInt16(block[(at + 2)..]) == TiffType.Short
            ? layout.ReadUInt16(block[(at + 8)..])
            : layout.ReadUInt32(block[(at + 8)..]);
    }

    private static void SetNumber(Span<byte> block, TiffLayout layout, uint directory, ushort tag, uint value)
    {
        if (NumberEntry(block, layout, directory, tag) is not { } at)
            return;
        if (layout.ReadUInt16(block[(at + 2)..]) == TiffType.Short)
            layout.WriteUInt16(block[(at + 8)..], (ushort)value);
        else
            layout.WriteUInt32(block[(at + 8)..], value);
    }
}
