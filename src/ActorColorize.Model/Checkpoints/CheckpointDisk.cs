using ActorColorize.Data.Storage;

namespace ActorColorize.Model.Checkpoints;

/// <summary>
/// The disk operations of a checkpoint store; a crash can occur between any two. Tests substitute a slow, full or faulty disk.
/// Failures are the file system's exceptions: <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
/// </summary>
public interface ICheckpointDisk
{
    /// <summary>Creates a folder and its parents; succeeds if it exists.</summary>
    void CreateFolder(string path);

    /// <summary>
    /// Writes a new file and returns when its content is durable (its name is not yet: see <see cref="SyncFolder"/>). The path must not
    /// exist.
    /// </summary>
    void WriteFile(string path, Action<Stream> write);

    /// <summary>Returns when the names in a folder are durable.</summary>
    void SyncFolder(string path);

    /// <summary>Renames a folder within its parent, atomically. The new path must not exist.</summary>
    void MoveFolder(string path, string newPath);

    /// <summary>Deletes a folder recursively.</summary>
    void DeleteFolder(string path);

    /// <summary>Free bytes of the disk that holds a folder, or would hold it; null if unknown.</summary>
    long? FreeBytes(string path);
}

/// <summary>A disk of this machine.</summary>
public sealed class LocalDisk : ICheckpointDisk
{
    private LocalDisk() { }

    /// <summary>The single, stateless instance.</summary>
    public static LocalDisk Instance { get; } = new();

    /// <inheritdoc />
    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <inheritdoc />
    public void WriteFile(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);

        // Unbuffered: the elements come in large pieces, and a buffer that fails in Dispose would hide a full disk.
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    /// <inheritdoc />
    public void SyncFolder(string path) => AtomicFile.SyncDirectory(path);

    /// <inheritdoc />
    public void MoveFolder(string path, string newPath) => Directory.Move(path, newPath);

    /// <inheritdoc />
    public void DeleteFolder(string path) => Directory.Delete(path, recursive: true);

    /// <inheritdoc />
    public long? FreeBytes(string path)
    {
        try
        {
            // A folder that does not exist yet will be created on the disk of its nearest existing parent.
            var existing = Path.GetFullPath(path);
            while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
                existing = parent;
            // Some network and FUSE file systems report no size, and therefore no free space.
            var drive = new DriveInfo(existing);
            return drive.TotalSize > 0 ? drive.AvailableFreeSpace : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
