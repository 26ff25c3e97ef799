using System.Buffers.Binary;
using System.IO.Compression;
using ActorColorize.Imaging.Metadata;

namespace ActorColorize.Imaging.Integrity;

/// <summary>
/// Finds damage in a PNG: the checksums of its chunks, and whether its pixels decompress, with the right checksum, to as many bytes as the
/// size asks for. libvips passes over wrong checksums.
/// </summary>
/// <remarks>Source: PNG specification (third edition), sections 5.3, 7.2, 8.1 and 10.1.</remarks>
internal static class PngIntegrity
{
    private const int SignatureBytes = 8;
    private const int ChecksumBytes = 4;

    /// <summary>Reads a whole PNG strictly.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The PNG.</param>
    public static IntegrityReport Check(string path, Stream file)
    {
        var notes = new List<string>();
        var chunks = new Chunks(file);
        if (chunks.Next() is not "IHDR" || chunks.Content is not { Length: 13 } header)
            return IntegrityReport.Damaged(path, "it does not begin with a header");
        using var pixels = new PixelData(chunks);
        try
        {
            using var inflated = new ZLibStream(pixels, CompressionMode.Decompress);
            var expected = ExpectedBytes(header);
            var decoded = Length(inflated, expected + 1);
            if (decoded < expected)
                return pixels.EndedEarly
                    ? IntegrityReport.Truncated(path)
                    : IntegrityReport.Damaged(path, $"{expected - decoded:N0} bytes of its pixels are missing");
            if (decoded > expected)
                notes.Add("more pixels are stored than the picture has");
        }
        catch (Exception fault) when (fault is InvalidDataException || (fault is IOException && !pixels.IsUnreadable)) // zlib's are both
        {
            return chunks.IsCut ? IntegrityReport.Truncated(path) : IntegrityReport.Damaged(path, "its pixels do not decompress");
        }

        while (chunks.Next() is { } type && type != "IEND") { }
        if (chunks.IsCut)
            notes.Add("the end of the file is missing; the picture is whole");
        return chunks.BrokenType switch
        {
            null => IntegrityReport.WithNotes(notes),
            "IDAT" or "PLTE" or "IHDR" => IntegrityReport.Damaged(path, $"the checksum of a chunk ({chunks.BrokenType}) is wrong"),
            var other => IntegrityReport.WithNotes([.. notes, $"the checksum of a chunk beside the picture ({other}) is wrong"]),
        };
    }

    /// <summary>How many bytes there are; counted no further than to a limit.</summary>
    private static long Length(ZLibStream stream, long limit)
    {
        var buffer = new byte[1 << 16];
        var total = 0L;
        int read;
        while (total < limit && (read = stream.Read(buffer)) > 0)
            total += read;
        return total;
    }

    private static long ExpectedBytes(ReadOnlySpan<byte> header)
    {
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        var (depth, color, isInterlaced) = (header[8], header[9], header[12] == 1);
        var bits =
            depth
            * (
                color switch
                {
                    2 => 3,
                    4 => 2,
                    6 => 4,
                    _ => 1,
                }
            );
        if (!isInterlaced)
            return PassBytes(width, height, bits);
        // Adam7: first column and row of each pass, and the steps between them.
        ReadOnlySpan<(uint X, uint Y, uint Across, uint Down)> passes =
        [
            (0, 0, 8, 8),
            (4, 0, 8, 8),
            (0, 4, 4, 8),
            (2, 0, 4, 4),
            (0, 2, 2, 4),
            (1, 0, 2, 2),
            (0, 1, 1, 2),
        ];
        var total = 0L;
        foreach (var (x, y, across, down) in passes)
            total += PassBytes(Steps(width, x, across), Steps(height, y, down), bits);
        return total;

        static uint Steps(uint length, uint first, uint step) => length <= first ? 0 : (length - first + step - 1) / step;
    }

    // Each row begins with the number of its filter.
    private static long PassBytes(uint width, uint height, int bits) => width == 0 ? 0 : (1 + (((long)width * bits) + 7) / 8) * height;

    /// <summary>Walks the chunks of a file, and computes their checksums as they are read.</summary>
    private sealed class Chunks(Stream file)
    {
        private long next = SignatureBytes;

        /// <summary>The bytes of the chunk; null if the file ends in it.</summary>
        public byte[]? Content { get; private set; }

        /// <summary>Whether the file ends before its last chunk.</summary>
        public bool IsCut { get; private set; }

        /// <summary>The first chunk whose checksum is wrong.</summary>
        public string? BrokenType { get; private set; }

        public string? Next()
        {
            const int longest = 1 << 30;
            var head = new byte[8];
            file.Position = next;
            Content = null;
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
            {
                IsCut = true;
                return null;
            }

            long length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var type = System.Text.Encoding.ASCII.GetString(head, 4, 4);
            if (length > longest || file.Position + length + ChecksumBytes > file.Length)
            {
                IsCut = true;
                return null;
            }

            Content = new byte[length];
            file.ReadExactly(Content);
            var checksum = new byte[ChecksumBytes];
            file.ReadExactly(checksum);
            next = file.Position;
            if (Crc32.Of(head.AsSpan(4), Content) != BinaryPrimitives.ReadUInt32BigEndian(checksum))
                BrokenType ??= type;
            return type;
        }
    }

    /// <summary>The contents of the pixel chunks as one stream; what stands between them is passed over.</summary>
    private sealed class PixelData(Chunks chunks) : Stream
    {
        private byte[] current = [];
        private int at;
        private bool hasBegun;
        private bool hasEnded;

        /// <summary>Whether reading the file failed.</summary>
        public bool IsUnreadable { get; private set; }

        /// <summary>Whether the file ended, rather than the pixels.</summary>
        public bool EndedEarly { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            while (at == current.Length && !hasEnded)
                Advance();
            var count = Math.Min(buffer.Length, current.Length - at);
            current.AsSpan(at, count).CopyTo(buffer);
            at += count;
            return count;
        }

        private void Advance()
        {
            IsUnreadable = true;
            var type = chunks.Next();
            IsUnreadable = false;
            (current, at) = (type == "IDAT" ? chunks.Content! : [], 0);
            EndedEarly = type is null;
            hasEnded = type is null or "IEND" || (hasBegun && type != "IDAT");
            hasBegun |= type == "IDAT";
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
