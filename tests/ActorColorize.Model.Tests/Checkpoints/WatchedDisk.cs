using System.Collections.Concurrent;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Tests.Checkpoints;

/// <summary>A real disk that notes who uses it, and lets a test act before the first file.</summary>
internal sealed class WatchedDisk(string user, ConcurrentQueue<string> deeds) : ICheckpointDisk
{
    private readonly FaultyDisk disk = new();
    private Action? beforeFirstFile;

    public Action? BeforeFirstFile
    {
        init => beforeFirstFile = value;
    }

    public void CreateFolder(string path)
    {
        deeds.Enqueue(user);
        disk.CreateFolder(path);
    }

    public void WriteFile(string path, Action<Stream> write)
    {
        deeds.Enqueue(user);
        Interlocked.Exchange(ref beforeFirstFile, null)?.Invoke();
        disk.WriteFile(path, write);
    }

    public void SyncFolder(string path)
    {
        deeds.Enqueue(user);
        disk.SyncFolder(path);
    }

    public void MoveFolder(string path, string newPath)
    {
        deeds.Enqueue(user);
        disk.MoveFolder(path, newPath);
    }

    public void DeleteFolder(string path)
    {
        deeds.Enqueue(user);
        disk.DeleteFolder(path);
    }

    public long? FreeBytes(string path) => null;
}
