namespace ActorColorize.Data.Storage;

/// <summary>
/// Makes sure that one process at a time works in a folder: holds a lock file open, which the system lets go of when the process ends,
/// however it ends.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const string FileName = ".lock";

    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock; the folder is made where it is missing.</summary>
    /// <returns>Null where another process holds it.</returns>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
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

    /// <summary>Lets go of the folder. The file stays: deleting it could take it away from the next holder.</summary>
    public void Dispose() => file.Dispose();
}
