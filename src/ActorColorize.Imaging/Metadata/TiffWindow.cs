namespace ActorColorize.Imaging.Metadata;

/// <summary>The end of a file as a file of its own: a page is encoded there as if it were alone.</summary>
/// <param name="file">The file, readable and writable.</param>
/// <param name="start">Where the window begins.</param>
internal sealed class TiffWindow(Stream file, long start) : Stream
{
    /// <summary>Where the window begins in the file.</summary>
    public long Start => start;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => Math.Max(0, file.Length - start);

    public override long Position
    {
        get => file.Position - start;
        set => file.Position = start + value;
    }

    public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => file.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => file.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => file.Write(buffer);

    public override long Seek(long offset, SeekOrigin origin) =>
        (origin == SeekOrigin.Begin ? file.Seek(start + offset, origin) : file.Seek(offset, origin)) - start;

    public override void SetLength(long value) => file.SetLength(start + value);

    public override void Flush() => file.Flush();
}
