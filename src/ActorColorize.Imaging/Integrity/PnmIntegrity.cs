namespace ActorColorize.Imaging.Integrity;

/// <summary>Finds damage in a Netpbm file: too few values, values above the greatest, and in text anything that is not a number.</summary>
internal static class PnmIntegrity
{
    /// <summary>Reads a Netpbm file strictly.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The file.</param>
    public static IntegrityReport Check(string path, Stream file)
    {
        if (PnmHeader.Read(file) is not { } header)
            return IntegrityReport.Damaged(path, "its header is not complete");
        if (header.Width < 1 || header.Height < 1 || header.Maximum is < 1 or > ushort.MaxValue)
            return IntegrityReport.Damaged(path, "its header gives no size or no greatest value");
        if (!header.IsText)
        {
            var left = file.Length - header.PixelsAt - (header.RowBytes * header.Height);
            return left < 0 ? IntegrityReport.Truncated(path)
                : left > 2 ? IntegrityReport.WithNotes($"{left:N0} bytes after the picture were left out")
                : IntegrityReport.Sound;
        }

        var bytes = new ByteWindow(file) { Position = header.PixelsAt };
        var values = header.Width * header.Height * header.Channels;
        for (var i = 0L; i < values; i++)
        {
            switch (PnmText.Next(bytes, header))
            {
                case null:
                    return IntegrityReport.Truncated(path);
                case < 0:
                    return IntegrityReport.Damaged(path, $"value {i:N0} is not a number of 0 to {header.Maximum:N0}");
            }
        }

        return IntegrityReport.Sound;
    }
}
