using System.Buffers.Binary;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Strips of pixels as an uncompressed BigTIFF that is made while it is read, so that libvips encodes a picture that is nowhere whole. It
/// is read forwards: only the header and the current strip can be read again.
/// </summary>
internal sealed class StripsAsTiff : Stream
{
    private const int HeaderBytes = 16;
    private const int EntryBytes = 20;

    private readonly Func<NativePixels?> next;
    private readonly byte[] header;
    private NativePixels? strip;
    private long stripAt;

    /// <summary>Makes the header.</summary>
    /// <param name="layout">Width and height of the picture, its channels and depth.</param>
    /// <param name="rows">Rows of a strip.</param>
    /// <param name="next">The next strip, which belongs to this stream then; null at the end.</param>
    public StripsAsTiff((int Width, int Height, int Bands, bool IsWide) layout, int rows, Func<NativePixels?> next)
    {
        this.next = next;
        header = Header(layout, rows);
        stripAt = header.Length;
        Length = header.Length + ((long)layout.Width * layout.Height * layout.Bands * (layout.IsWide ? 2 : 1));
    }

    /// <summary>What reading failed with.</summary>
    public Exception? Fault { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Read(buffer.AsSpan(offset, count));
        }
        catch (Exception fault)
        {
            // Exceptions must not propagate through the native encoder.
            Fault ??= fault;
            return 0;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var done = 0;
        while (done < buffer.Length && Position < Length)
        {
            var rest = Available();
            var part = Math.Min(rest.Length, buffer.Length - done);
            rest[..part].CopyTo(buffer[done..]);
            done += part;
            Position += part;
        }

        return done;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        strip?.Dispose();
        strip = null;
        base.Dispose(disposing);
    }

    private ReadOnlySpan<byte> Available()
    {
        if (Position < header.Length)
            return header.AsSpan((int)Position);
        while (strip is null || Position >= stripAt + (long)strip.Bytes)
        {
            stripAt += strip is null ? 0 : (long)strip.Bytes;
            strip?.Dispose();
            strip = next() ?? throw new InvalidDataException("the picture ends before its last row");
        }

        return Position >= stripAt
            ? strip.AllBytes()[(int)(Position - stripAt)..]
            : throw new InvalidOperationException("A strip is read again that has been passed.");
    }

    /// <summary>The header, the directory and its lists (BigTIFF design of libtiff; TIFF 6.0, sections 2 to 8).</summary>
    private static byte[] Header((int Width, int Height, int Bands, bool IsWide) layout, int rows)
    {
        const ushort shorts = 3,
            longs = 4,
            long8 = 16;
        var strips = (layout.Height + rows - 1) / rows;
        var rowBytes = (long)layout.Width * layout.Bands * (layout.IsWide ? 2 : 1);
        var hasAlpha = layout.Bands == 4;
        (ushort Tag, ushort Type, ulong Count)[] entries =
        [
            (0x0100, longs, 1),
            (0x0101, longs, 1),
            (0x0102, shorts, (ulong)layout.Bands),
            (0x0103, shorts, 1),
            (0x0106, shorts, 1),
            (0x0111, long8, (ulong)strips),
            (0x0115, shorts, 1),
            (0x0116, longs, 1),
            (0x0117, long8, (ulong)strips),
            .. hasAlpha ? [((ushort)0x0152, shorts, 1UL)] : Array.Empty<(ushort, ushort, ulong)>(),
        ];
        var listsAt = HeaderBytes + sizeof(ulong) + (entries.Length * EntryBytes) + sizeof(ulong);
        var bytes = new byte[listsAt + (2 * strips * sizeof(ulong))];
        byte[] start = [(byte)'I', (byte)'I', 43, 0, 8, 0, 0, 0, HeaderBytes];
        start.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HeaderBytes), (ulong)entries.Length);
        const int rgb = 2,
            unassociatedAlpha = 2;
        for (var i = 0; i < entries.Length; i++)
        {
            var (tag, type, count) = entries[i];
            var entry = bytes.AsSpan(HeaderBytes + sizeof(ulong) + (i * EntryBytes), EntryBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], type);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[4..], count);
            var value = entry[12..];
            if (tag == 0x0102)
            {
                for (var band = 0; band < layout.Bands; band++)
                    BinaryPrimitives.WriteUInt16LittleEndian(value[(2 * band)..], (ushort)(layout.IsWide ? 16 : 8));
                continue;
            }

            var number = tag switch
            {
                0x0100 => layout.Width,
                0x0101 => layout.Height,
                0x0106 => rgb,
                0x0111 => strips == 1 ? bytes.Length : listsAt,
                0x0115 => layout.Bands,
                0x0116 => rows,
                0x0117 => strips == 1 ? rowBytes * layout.Height : listsAt + (strips * sizeof(ulong)),
                0x0152 => unassociatedAlpha,
                _ => 1,
            };
            BinaryPrimitives.WriteUInt64LittleEndian(value, (ulong)number);
        }

        for (var i = 0; i < strips; i++)
        {
            var list = bytes.AsSpan(listsAt + (i * sizeof(ulong)));
            BinaryPrimitives.WriteUInt64LittleEndian(list, (ulong)(bytes.Length + (i * rows * rowBytes)));
            BinaryPrimitives.WriteUInt64LittleEndian(
                list[(strips * sizeof(ulong))..],
                (ulong)(Math.Min(rows, layout.Height - (i * rows)) * rowBytes)
            );
        }

        return bytes;
    }
}
