namespace ActorColorize.Data.Storage;

/// <summary>
/// Gives one process at a time exclusive use of a folder, by a lock file that the system releases when the process ends, even by a crash.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const string FileName = ".lock";

    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock; the folder is created if it is missing.</summary>
    /// <returns>Null if another process holds it.</returns>
    /// <exception cref="IOException">The lock file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static FolderLock? TryTake(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (File.Exists(path) && !StorageFault.IsDiskFull(fault))
        {
            return null;
        }
    }

    /// <summary>Releases the lock. The file is kept: deleting it could remove it from under the next holder.</summary>
    public void Dispose() => file.Dispose();
}
