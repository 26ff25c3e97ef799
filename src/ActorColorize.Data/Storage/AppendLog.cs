using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Data.Storage;

/// <summary>
/// An append-only file of lines (usually JSON) that survives crashes: opening it drops a last line that was only partly written, and lines
/// that could not be written because the disk is full are kept and written once there is space. For one writer on one thread; the file may
/// be read concurrently.
/// </summary>
/// <remarks>
/// Lines are buffered in memory until <see cref="Flush"/>, <see cref="Sync"/> or 64 KiB. They are written at a remembered offset, so a
/// failed attempt leaves no gap: the file is cut back to its last whole line, and the next attempt starts there.
/// </remarks>
public sealed class AppendLog : IDisposable
{
    private const int FlushAt = 64 * 1024;
    private const byte LineEnd = (byte)'\n';

    private readonly FileStream file;
    private readonly BlockWriter writeBlock;
    private readonly ArrayBufferWriter<byte> waiting = new();
    private long written;
    private bool disposed;

    /// <summary>Opens or creates the file; its folder must exist.</summary>
    /// <exception cref="IOException">It cannot be opened, or another log has it open; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission; the message names the path.</exception>
    public AppendLog(string path)
        : this(path, RandomAccess.Write) { }

    internal AppendLog(string path, BlockWriter writeBlock)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        this.writeBlock = writeBlock;
        FilePath = Path.GetFullPath(path);
        FileStream? opened = null;
        try
        {
            var isNew = !File.Exists(FilePath);
            opened = new FileStream(FilePath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            written = EndOfWholeLines(opened);
            DroppedBytes = opened.Length - written;
            if (DroppedBytes > 0)
                opened.SetLength(written);
            if (isNew)
                AtomicFile.SyncDirectory(Path.GetDirectoryName(FilePath)!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            opened?.Dispose();
            throw StorageFault.With("open", FilePath, fault);
        }

        file = opened;
    }

    /// <summary>Writes a block of bytes at an offset of the file.</summary>
    internal delegate void BlockWriter(SafeFileHandle file, ReadOnlySpan<byte> block, long offset);

    /// <summary>The file's absolute path.</summary>
    public string FilePath { get; }

    /// <summary>Bytes of a half-written last line that were dropped when the log was opened; 0 if there was none.</summary>
    public long DroppedBytes { get; }

    /// <summary>The whole lines of a log, also while it is being written; a partly written last line is skipped. Read lazily.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var buffer = new byte[FlushAt];
        var filled = 0;
        while (source.Read(buffer, filled, buffer.Length - filled) is > 0 and var read)
        {
            filled += read;
            var begin = 0;
            while (buffer.AsSpan(begin, filled - begin).IndexOf(LineEnd) is >= 0 and var length)
            {
                yield return Encoding.UTF8.GetString(buffer, begin, length);
                begin += length + 1;
            }

            buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
            filled -= begin;
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    /// <summary>Adds a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <exception cref="ArgumentException">The line contains a line end.</exception>
    /// <exception cref="IOException">The buffered lines could not be written; they are kept, see the type's description. The message names
    /// the path.</exception>
    public void Append(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Append(Encoding.UTF8.GetBytes(line));
    }

    /// <summary>Adds a line given in UTF-8; otherwise as <see cref="Append(string)"/>.</summary>
    public void Append(ReadOnlySpan<byte> utf8Line)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (utf8Line.ContainsAny(LineEnd, (byte)'\r'))
            throw new ArgumentException("A line of a log cannot contain a line end.", nameof(utf8Line));
        waiting.Write(utf8Line);
        waiting.Write([LineEnd]);
        if (waiting.WrittenCount >= FlushAt)
            Flush();
    }

    /// <summary>Writes all lines to the operating system: they survive the end of this process, but not a power failure.</summary>
    /// <exception cref="IOException">The disk is full or failing; the message names the path, and the lines are kept for the next
    /// attempt.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (waiting.WrittenCount == 0)
            return;
        try
        {
            writeBlock(file.SafeFileHandle, waiting.WrittenSpan, written);
        }
        catch (IOException fault)
        {
            TryCutBack();
            throw StorageFault.With("write", FilePath, fault);
        }

        written += waiting.WrittenCount;
        waiting.ResetWrittenCount();
    }

    /// <summary>Flushes, and syncs all lines to the disk.</summary>
    /// <exception cref="IOException">As for <see cref="Flush"/>.</exception>
    public void Sync()
    {
        Flush();
        try
        {
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
        catch (IOException fault)
        {
            throw StorageFault.With("flush", FilePath, fault);
        }
    }

    /// <summary>Writes the buffered lines and closes the file.</summary>
    /// <exception cref="IOException">The last lines could not be written; the file is closed nevertheless.</exception>
    public void Dispose()
    {
        if (disposed)
            return;
        try
        {
            Flush();
        }
        finally
        {
            disposed = true;
            file.Dispose();
        }
    }

    /// <summary>
    /// A failed write may have left a part of its lines. If it cannot be cut off now, the next attempt writes over it, or the next opening
    /// drops it.
    /// </summary>
    private bool TryCutBack()
    {
        try
        {
            RandomAccess.SetLength(file.SafeFileHandle, written);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The offset after the last line end, searched from the end of the file, since a log may be large.</summary>
    private static long EndOfWholeLines(FileStream log)
    {
        var piece = new byte[4096];
        for (var end = log.Length; end > 0; )
        {
            var begin = Math.Max(0, end - piece.Length);
            var part = piece.AsSpan(0, (int)(end - begin));
            log.Position = begin;
            log.ReadExactly(part);
            var last = part.LastIndexOf(LineEnd);
            if (last >= 0)
                return begin + last + 1;
            end = begin;
        }

        return 0;
    }
}
