using System.Runtime.InteropServices;
using System.Text;

namespace ActorColorize.Data.Storage;

/// <summary>
/// Writes files atomically and durably, even across a crash or power failure: the content is written under a temporary name in the same
/// folder, synced to the disk and renamed, and the folder is synced too. When a call returns, the file is on the disk under its name.
/// </summary>
public static class AtomicFile
{
    private const int LongestName = 255; // bytes, on nearly every file system
    private const string TemporaryEnding = ".partial";

    /// <summary>Deletes what killed processes have left in a folder and below it.</summary>
    /// <exception cref="IOException">One cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to delete it.</exception>
    public static void DeleteLeftovers(string folder)
    {
        foreach (var leftover in FolderListing.FilesBelow(folder, IsTemporary))
            Files.Delete(leftover);
    }

    /// <summary>Writes a file, replacing an existing one. A reader sees the old file or the new one, never a part.</summary>
    /// <param name="path">Path of the file; its folder must exist. A symbolic link there is replaced, not followed.</param>
    /// <param name="write">Writes the content. Its exceptions are propagated, and the temporary file is deleted.</param>
    /// <param name="beforePublishing">Called when the content is on the disk, immediately before the rename; may throw to abandon the
    /// file.</param>
    /// <exception cref="IOException">The disk is full or failing, or the folder is missing; the message names
    /// <paramref name="path"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there; the message names <paramref name="path"/>.</exception>
    public static void Write(string path, Action<FileStream> write, Action? beforePublishing = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        var temporary = TemporaryPathFor(path);
        var isOurs = false;
        try
        {
            using (var stream = Files.CreateNew(temporary))
            {
                isOurs = true;
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            beforePublishing?.Invoke();
            Publish(temporary, path);
        }
        catch (Exception fault)
        {
            if (isOurs)
                TryDelete(temporary);
            if (fault is IOException or UnauthorizedAccessException)
                throw StorageFault.With("write", path, fault);
            throw;
        }
    }

    /// <summary>
    /// Publishes a finished file: syncs it, renames it (replacing an existing file) and syncs the folder. On failure the temporary file is
    /// deleted.
    /// </summary>
    /// <param name="temporary">The finished file, closed, best at a path from <see cref="TemporaryPathFor"/>: it must be on the same file
    /// system as the target.</param>
    /// <param name="path">The target path.</param>
    /// <exception cref="IOException">It cannot be flushed or renamed; the message names <paramref name="path"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there; the message names <paramref name="path"/>.</exception>
    public static void Move(string temporary, string path)
    {
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
                stream.Flush(flushToDisk: true);

            Publish(temporary, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw StorageFault.With("write", path, fault);
        }
    }

    /// <summary>
    /// A new temporary name in the same folder: ".name.1a2b3c4d.partial", hidden and with an extension that no picture has. A long name is
    /// shortened so that the whole stays within the 255 bytes that file systems allow.
    /// </summary>
    /// <exception cref="ArgumentException">The path has no file name.</exception>
    public static string TemporaryPathFor(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        var name = Path.GetFileName(full);
        if (name.Length == 0)
            throw new ArgumentException($"{path} does not name a file.", nameof(path));
        var nonce = Random.Shared.Next().ToString("x8");
        var room = LongestName - TemporaryEnding.Length - nonce.Length - 2;
        return Path.Join(Path.GetDirectoryName(full), $".{Shorten(name, room)}.{nonce}{TemporaryEnding}");
    }

    /// <summary>
    /// Syncs a folder, so that renamed files survive a power failure. Does nothing on Windows, where folders cannot be synced.
    /// </summary>
    /// <exception cref="IOException">The folder is missing, or the disk reports an error. A file system that cannot flush folders is not an
    /// error.</exception>
    public static void SyncDirectory(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = PosixCall.OpenForReading(directory);
        if (descriptor < 0)
            throw SyncFault(directory, Marshal.GetLastPInvokeError());
        var error = PosixCall.Synchronize(descriptor) < 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = PosixCall.Close(descriptor);
        if (error != 0 && !PosixCall.MeansUnsupported(error))
            throw SyncFault(directory, error);
    }

    private static bool IsTemporary(string name) => name.StartsWith('.') && name.EndsWith(TemporaryEnding, StringComparison.Ordinal);

    private static void Publish(string temporary, string path)
    {
        Files.Move(temporary, path);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static IOException SyncFault(string directory, int error) =>
        new($"Cannot flush the folder {directory}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    private static string Shorten(string name, int room)
    {
        if (Encoding.UTF8.GetByteCount(name) <= room)
            return name;
        var kept = 0;
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > room)
                break;
            kept += rune.Utf16SequenceLength;
        }

        return name[..kept];
    }

    /// <summary>
    /// Only the original error is reported; if the file cannot be deleted either, it stays, hidden and marked as partial.
    /// </summary>
    private static bool TryDelete(string temporary)
    {
        try
        {
            Files.Delete(temporary);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
