using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Actors.Faults;

/// <summary>
/// A checkpoint disk that fault injection can make slow or full for the next checkpoint. Used by two threads: the device's arms it, the
/// checkpoint writer's triggers it.
/// </summary>
internal sealed class FaultyDisk : ICheckpointDisk
{
    private const int NoSpaceLeft = 28; // errno, as .NET reports it in HResult

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    private readonly LocalDisk _real = LocalDisk.Instance;
    private int _slow;
    private int _full;

    /// <summary>The next checkpoint is written slowly.</summary>
    internal void SlowNext() => Interlocked.Exchange(ref _slow, 1);

    /// <summary>The next checkpoint finds no space.</summary>
    internal void FillNext() => Interlocked.Exchange(ref _full, 1);

    /// <inheritdoc/>
    public long? FreeBytes(string path) => _real.FreeBytes(path);

    /// <inheritdoc/>
    public void CreateFolder(string path) => _real.CreateFolder(path);

    /// <inheritdoc/>
    public void WriteFile(string path, Action<Stream> write)
    {
        if (Interlocked.Exchange(ref _full, 0) == 1)
            throw new IOException($"No space left on device (injected): '{path}'", NoSpaceLeft);
        if (Interlocked.Exchange(ref _slow, 0) == 1)
        {
            using var never = new ManualResetEventSlim();
            never.Wait(Delay);
        }

        _real.WriteFile(path, write);
    }

    /// <inheritdoc/>
    public void SyncFolder(string path) => _real.SyncFolder(path);

    /// <inheritdoc/>
    public void MoveFolder(string path, string newPath) => _real.MoveFolder(path, newPath);

    /// <inheritdoc/>
    public void DeleteFolder(string path) => _real.DeleteFolder(path);
}
