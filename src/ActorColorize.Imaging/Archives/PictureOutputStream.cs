namespace ActorColorize.Imaging.Archives;

/// <summary>
/// The output of an encoder: forwards all writes, inserts metadata in formats that are written sequentially, and keeps the exception of a
/// failed write, which the native encoder would reduce to "write error" (a full disk must be distinguished from a broken picture).
/// </summary>
/// <param name="target">The file.</param>
/// <param name="insertAt">How many bytes of the encoder come before the insertion.</param>
/// <param name="inserted">The bytes to insert; if empty, the encoder may also seek and read.</param>
internal sealed class PictureOutputStream(Stream target, int insertAt, byte[] inserted) : Stream
{
    private long written;

    /// <summary>The first failure of the file system, if there was one.</summary>
    public Exception? Fault { get; private set; }

    public override bool CanRead => inserted.Length == 0;

    public override bool CanSeek => inserted.Length == 0;

    public override bool CanWrite => true;

    public override long Length => target.Length;

    public override long Position
    {
        get => target.Position;
        set => target.Position = value;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            var before = (int)Math.Clamp(insertAt - written, 0, buffer.Length);
            target.Write(buffer[..before]);
            if (written < insertAt && written + before == insertAt)
                target.Write(inserted);
            target.Write(buffer[before..]);
            written += buffer.Length;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fault ??= fault;
            throw;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) => target.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => target.Read(buffer);

    public override long Seek(long offset, SeekOrigin origin) => target.Seek(offset, origin);

    public override void SetLength(long value) => target.SetLength(value);

    public override void Flush() => target.Flush();
}
