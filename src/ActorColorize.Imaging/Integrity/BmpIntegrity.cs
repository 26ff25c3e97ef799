namespace ActorColorize.Imaging.Integrity;

/// <summary>
/// Finds damage in a BMP: pixels that the file ends before, and run lengths that leave the picture or do not come to its end. Pixels carry
/// no checksum: changed bytes are another picture.
/// </summary>
internal static class BmpIntegrity
{
    /// <summary>Reads a BMP strictly.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The BMP.</param>
    public static IntegrityReport Check(string path, Stream file)
    {
        if (BmpHeader.Read(file) is not { } header)
            return IntegrityReport.Truncated(path, "the file ends within its header");
        if (header.Width < 1 || header.Height < 1)
            return IntegrityReport.Damaged(path, "its header gives no size");
        if (header.PixelsAt < 14 + header.HeaderBytes || header.PixelsAt > file.Length)
            return IntegrityReport.Damaged(path, "its pixels begin where its header is, or behind its end");
        if (header.Compression is BmpHeader.Rle8 or BmpHeader.Rle4)
            return Runs(path, file, header);
        // The padding of the last row is left out by some writers.
        var padding = header.RowBytes - (((header.Width * header.BitsPerPixel) + 7) / 8);
        var left = file.Length - header.PixelsAt - ((header.RowBytes * header.Height) - padding);
        return left < 0 ? IntegrityReport.Truncated(path)
            : left > padding + 2 && !header.HasProfile ? IntegrityReport.WithNotes($"{left:N0} bytes after the picture were left out")
            : IntegrityReport.Sound;
    }

    /// <summary>Follows run lengths without keeping pixels.</summary>
    private static IntegrityReport Runs(string path, Stream file, BmpHeader header)
    {
        const int endOfRow = 0,
            endOfPicture = 1,
            move = 2;
        var bytes = new ByteWindow(file) { Position = header.PixelsAt };
        var perByte = header.Compression == BmpHeader.Rle4 ? 2 : 1;
        var (x, y) = (0L, 0L);
        while (true)
        {
            var (count, value) = (bytes.ReadByte(), bytes.ReadByte());
            if (value < 0)
                return IntegrityReport.Truncated(path);
            if (count > 0)
            {
                x += count;
            }
            else if (value == endOfRow)
            {
                (x, y) = (0, y + 1);
            }
            else if (value == endOfPicture)
            {
                // Pixels that are not reached take the first colour, which some writers rely on; rows that are not begun do not.
                return y >= header.Height - 1 ? IntegrityReport.Sound : IntegrityReport.Damaged(path, $"it ends after {y:N0} rows");
            }
            else if (value == move)
            {
                var (right, down) = (bytes.ReadByte(), bytes.ReadByte());
                if (down < 0)
                    return IntegrityReport.Truncated(path);
                (x, y) = (x + right, y + down);
            }
            else
            {
                var length = (value + perByte - 1) / perByte;
                if (bytes.Read(length + (length & 1)) is null)
                    return IntegrityReport.Truncated(path);
                x += value;
            }

            // A run of four bits may end within the last byte.
            if (x > header.Width + perByte - 1 || y > header.Height || (y == header.Height && x > 0))
                return IntegrityReport.Damaged(path, $"its run lengths leave the picture in row {y:N0}");
        }
    }
}
