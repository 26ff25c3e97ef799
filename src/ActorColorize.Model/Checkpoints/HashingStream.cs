using System.Security.Cryptography;

namespace ActorColorize.Model.Checkpoints;

/// <summary>
/// Forwards reads or writes to another stream and hashes the bytes, so that a file is hashed in the pass that reads or writes it.
/// </summary>
internal sealed class HashingStream(Stream inner) : Stream
{
    // Hashed in pieces that fit the processor's cache.
    private const int PieceBytes = 256 * 1024;

    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Bytes { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>SHA-256 of all bytes so far, as 64 lower-case hexadecimal digits.</summary>
    public string Sha256Hex() => Convert.ToHexStringLower(sha256.GetCurrentHash());

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer[..Math.Min(buffer.Length, PieceBytes)]);
        sha256.AppendData(buffer[..read]);
        Bytes += read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var piece = buffer[..Math.Min(buffer.Length, PieceBytes)];
            inner.Write(piece);
            sha256.AppendData(piece);
            Bytes += piece.Length;
            buffer = buffer[piece.Length..];
        }
    }

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Leaves the other stream open: its owner flushes it to the disk.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            sha256.Dispose();
        base.Dispose(disposing);
    }
}
