namespace ActorColorize.Imaging.Archives;

/// <summary>Cuts the pixels of a picture into strips as they are written, from the top.</summary>
/// <param name="layout">Width and height of the picture, its channels and depth.</param>
/// <param name="rows">Rows of a strip; the last one may have fewer.</param>
/// <param name="hand">Takes a strip, which it disposes of.</param>
internal sealed class StripCutter((int Width, int Height, int Bands, bool IsWide) layout, int rows, Action<NativePixels> hand) : Stream
{
    private NativePixels? strip;
    private int filled;
    private int top;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            strip ??= new NativePixels(layout.Width, Math.Min(rows, layout.Height - top), layout.Bands, layout.IsWide);
            var part = (int)Math.Min(bytes.Length, (long)strip.Bytes - filled);
            bytes[..part].CopyTo(strip.AllBytes()[filled..]);
            bytes = bytes[part..];
            filled += part;
            if ((ulong)filled < strip.Bytes)
                continue;
            var full = strip;
            (strip, filled, top) = (null, 0, top + full.Height);
            hand(full);
        }
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        strip?.Dispose();
        strip = null;
        base.Dispose(disposing);
    }
}
