using ActorColorize.Data.Storage;

namespace ActorColorize.Model.Checkpoints;

/// <summary>
/// The changes that a checkpoint store makes on a disk, each one a step that a crash can fall between. Whoever wants a slow, full or lying
/// disk puts another one in front.
/// Failures are the file system's exceptions: <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
/// </summary>
public interface ICheckpointDisk
{
    /// <summary>Makes a folder and those above it; no fault if it is there.</summary>
    void CreateFolder(string path);

    /// <summary>
    /// Writes a new file and returns when its bytes are on the disk (not yet its name: see <see cref="SyncFolder"/>). Nothing may be at the
    /// path.
    /// </summary>
    void WriteFile(string path, Action<Stream> write);

    /// <summary>Returns when the names in a folder are on the disk.</summary>
    void SyncFolder(string path);

    /// <summary>Renames a folder within its parent, in one step. Nothing may be at the new path.</summary>
    void MoveFolder(string path, string newPath);

    /// <summary>Deletes a folder and what is in it.</summary>
    void DeleteFolder(string path);

    /// <summary>
    /// Bytes that can still be written to the disk that a folder is on, or would be made on; null where the disk does not tell.
    /// </summary>
    long? FreeBytes(string path);
}

/// <summary>A disk of this machine.</summary>
public sealed class LocalDisk : ICheckpointDisk
{
    private LocalDisk() { }

    /// <summary>The one there is: it has no state.</summary>
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
            // A folder that is not there yet will be made on the disk of the nearest one that is.
            var existing = Path.GetFullPath(path);
            while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
                existing = parent;
            // Some network and FUSE disks know no size at all, and then no free space either.
            var drive = new DriveInfo(existing);
            return drive.TotalSize > 0 ? drive.AvailableFreeSpace : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
