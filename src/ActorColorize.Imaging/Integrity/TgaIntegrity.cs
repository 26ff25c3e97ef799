namespace ActorColorize.Imaging.Integrity;

/// <summary>
/// Finds damage in a TGA: pixels that the file ends before, and run lengths that go beyond the picture. What follows the pixels belongs to
/// the format: tables that nothing here needs.
/// </summary>
internal static class TgaIntegrity
{
    /// <summary>Reads a TGA strictly.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The TGA.</param>
    public static IntegrityReport Check(string path, Stream file)
    {
        if (TgaHeader.Read(file) is not { } header)
            return IntegrityReport.Truncated(path, "the file ends within its header");
        var pixels = (long)header.Width * header.Height;
        if (!header.HasRunLengths)
            return file.Length - header.PixelsAt < pixels * header.BytesPerPixel ? IntegrityReport.Truncated(path) : IntegrityReport.Sound;

        const int run = 0x80;
        var bytes = new ByteWindow(file) { Position = header.PixelsAt };
        for (var done = 0L; done < pixels; )
        {
            var head = bytes.ReadByte();
            var count = (head & ~run) + 1;
            if (head < 0 || bytes.Read((head & run) != 0 ? header.BytesPerPixel : count * header.BytesPerPixel) is null)
                return IntegrityReport.Truncated(path);
            done += count;
            if (done > pixels)
                return IntegrityReport.Damaged(path, "its run lengths go beyond the picture");
        }

        return IntegrityReport.Sound;
    }
}
