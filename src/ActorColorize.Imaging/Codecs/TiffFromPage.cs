using ActorColorize.Imaging.Metadata;

namespace ActorColorize.Imaging.Codecs;

/// <summary>A TIFF whose header points to a later page, for a decoder that reads the first one only.</summary>
internal sealed class TiffFromPage : Stream
{
    private readonly Stream file;
    private readonly byte[] header;

    /// <summary>Points the header to a page.</summary>
    /// <param name="file">The TIFF.</param>
    /// <param name="directory">Which directory, from 0; it exists.</param>
    public TiffFromPage(Stream file, int directory)
    {
        this.file = file;
        var (layout, _) = TiffDirectory.ReadHeader(file)!.Value;
        var at = TiffDirectory.Chain(file, directory + 1)[directory];
        header = new byte[layout.HeaderBytes];
        file.Position = 0;
        file.ReadExactly(header);
        layout.WriteOffset(header.AsSpan(layout.FirstOffsetAt), at);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var at = file.Position;
        var read = file.Read(buffer);
        for (var i = at; i < Math.Min(header.Length, at + read); i++)
            buffer[(int)(i - at)] = header[i];
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
