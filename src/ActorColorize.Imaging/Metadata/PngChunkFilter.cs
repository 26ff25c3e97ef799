using System.Buffers.Binary;

namespace ActorColorize.Imaging.Metadata;

/// <summary>Passes a PNG on as it is written, without the chunks of one type.</summary>
/// <param name="target">Receives the rest.</param>
/// <param name="type">The type to leave out, four characters.</param>
internal sealed class PngChunkFilter(Stream target, string type) : Stream
{
    private const int SignatureBytes = 8;
    private const int ChecksumBytes = 4;

    private readonly byte[] head = new byte[8];
    private int inHead;
    private long left = SignatureBytes;
    private bool isLeftOut;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (left > 0)
            {
                var part = (int)Math.Min(left, buffer.Length);
                if (!isLeftOut)
                    target.Write(buffer[..part]);
                left -= part;
                buffer = buffer[part..];
                continue;
            }

            var more = Math.Min(head.Length - inHead, buffer.Length);
            buffer[..more].CopyTo(head.AsSpan(inHead));
            inHead += more;
            buffer = buffer[more..];
            if (inHead < head.Length)
                return;
            inHead = 0;
            left = BinaryPrimitives.ReadUInt32BigEndian(head) + (long)ChecksumBytes;
            isLeftOut = System.Text.Encoding.ASCII.GetString(head, 4, 4) == type;
            if (!isLeftOut)
                target.Write(head);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => target.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
