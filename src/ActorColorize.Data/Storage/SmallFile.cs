namespace ActorColorize.Data.Storage;

/// <summary>Reads files that a person has written, such as settings.</summary>
public static class SmallFile
{
    /// <summary>The largest file that is read, bytes.</summary>
    public const int Most = 1 << 20;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Reads a whole file, without the byte order mark of UTF-8 that some editors write. A pipe can be read too; a file or device that does
    /// not end is not read to its end.
    /// </summary>
    /// <exception cref="InvalidDataException">It is larger than <see cref="Most"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to read it.</exception>
    public static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[Most + 1];
        var count = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (count > Most)
            throw new InvalidDataException($"larger than {Most >> 20} MiB");
        var content = buffer.AsSpan(0, count);
        return (content.StartsWith(ByteOrderMark) ? content[ByteOrderMark.Length..] : content).ToArray();
    }
}
