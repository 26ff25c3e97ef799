using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Tests.Checkpoints;

/// <summary>
/// A real disk with injected failures: full after a number of bytes, or failing at a given call. It does not flush, since no test simulates
/// a power failure: that is what makes it fast.
/// </summary>
internal sealed class FaultyDisk : ICheckpointDisk
{
    private const int NoSpace = 28; // ENOSPC

    private readonly LocalDisk disk = LocalDisk.Instance;

    /// <summary>Bytes of files that still fit.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>The call that fails, counted from 1; calls go on to be counted behind it.</summary>
    public int FailingCall { get; set; }

    public int Calls { get; private set; }

    public string? FailDeletionOf { get; set; }

    /// <summary>What the disk says is free; null: it does not say.</summary>
    public long? Free { get; set; }

    public static IOException Full() => new("No space left on device") { HResult = NoSpace };

    public void CreateFolder(string path)
    {
        Count();
        disk.CreateFolder(path);
    }

    public void WriteFile(string path, Action<Stream> write)
    {
        Count();
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        write(new Limited(stream, this));
    }

    public void SyncFolder(string path)
    {
        Count();
        Assert.True(Directory.Exists(path));
    }

    public void MoveFolder(string path, string newPath)
    {
        Count();
        disk.MoveFolder(path, newPath);
    }

    public void DeleteFolder(string path)
    {
        if (FailDeletionOf is not null && path.Contains(FailDeletionOf, StringComparison.Ordinal))
            throw new IOException("device busy");
        disk.DeleteFolder(path);
    }

    public long? FreeBytes(string path) => Free;

    private void Count()
    {
        Calls++;
        if (Calls == FailingCall)
            throw new IOException("the disk is gone");
    }

    private sealed class Limited(Stream stream, FaultyDisk owner) : Stream
    {
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

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            // A full disk takes what fits before it refuses.
            var fits = (int)Math.Min(buffer.Length, owner.Room);
            stream.Write(buffer[..fits]);
            owner.Room -= fits;
            if (fits < buffer.Length)
                throw Full();
        }

        public override void Flush() => stream.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
