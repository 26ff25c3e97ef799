namespace ActorColorize.Data.Storage;

/// <summary>
/// Waits for work that reads or writes files as long as it makes progress. A system call on a network drive whose server is gone may
/// return after hours or never, and nothing can interrupt it: the work is then left alone, with the thread that it holds.
/// </summary>
/// <param name="deadline">How long work may make no progress. Time in which the process is suspended does not count.</param>
/// <param name="mostStalled">When so many pieces of work are left alone, each of which holds a thread, no other is begun. What was begun
/// before may be added.</param>
public sealed class IoWatch(TimeSpan deadline, int mostStalled = 64)
{
    /// <summary>The most for one folder, so that a drive that is gone does not stop work on others.</summary>
    internal const int MostStalledInFolder = 4;

    /// <summary>After a suspension at most one interval is over at once, so a deadline is several of them.</summary>
    private const int Intervals = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _stalled = [];

    /// <summary>Runs work on the thread pool.</summary>
    /// <param name="folder">The folder that its files are in.</param>
    /// <param name="work">The work; it reports what it has got done.</param>
    /// <param name="begun">Called with the work's task before this method returns, for a caller who needs to know when it ends.</param>
    /// <param name="longer">Time that this work may take beyond the deadline without reporting anything.</param>
    /// <exception cref="StalledIoException">It makes no progress, or was not begun because other work of its folder makes none.</exception>
    public async Task<T> Run<T>(string folder, Func<IoProgress, T> work, Action<Task>? begun = null, TimeSpan longer = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(work);
        lock (_lock)
        {
            if (_stalled.GetValueOrDefault(folder) >= MostStalledInFolder)
                throw new StalledIoException("not tried, since other files of its folder still wait for an answer from their drive");
            if (_stalled.Values.Sum() >= mostStalled)
                throw new StalledIoException($"not tried, since {mostStalled} files still wait for an answer from their drives")
                {
                    IsOfAllFolders = true,
                };
        }

        var progress = new IoProgress();
        var task = Task.Run(() => work(progress));
        begun?.Invoke(task);
        var limit = deadline + longer;
        var (seen, idle) = (0L, 0);
        while (idle < Intervals)
        {
            await ((Task)task).WaitAsync(limit / Intervals).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (task.IsCompleted)
                return await task.ConfigureAwait(false);
            var now = progress.Count;
            (seen, idle) = (now, now == seen && !progress.IsOver ? idle + 1 : 0);
        }

        LeaveAlone(folder, task);
        throw new StalledIoException(
            $"no answer from the drive for {limit.TotalSeconds:0.#} seconds; if it is a network drive, is its server reachable?"
        );
    }

    private void LeaveAlone(string folder, Task task)
    {
        Add(1);
        _ = task.ContinueWith(
            ended =>
            {
                _ = ended.Exception; // nobody waits for it any more
                Add(-1);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

        void Add(int change)
        {
            lock (_lock)
            {
                var stalled = _stalled.GetValueOrDefault(folder) + change;
                if (stalled == 0)
                    _stalled.Remove(folder);
                else
                    _stalled[folder] = stalled;
            }
        }
    }
}

/// <summary>What work on files has got done so far, for the one who waits for it.</summary>
public sealed class IoProgress
{
    private long _count;
    private volatile bool _isOver;

    /// <summary>Grows with each report.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Whether the rest of the work may take any time.</summary>
    public bool IsOver => _isOver;

    /// <summary>Reports progress.</summary>
    public void Report() => Interlocked.Increment(ref _count);

    /// <summary>Reports that the rest of the work computes, or has a limit of its own.</summary>
    public void End() => _isOver = true;
}

/// <summary>A drive does not answer.</summary>
public sealed class StalledIoException(string message) : IOException(message)
{
    /// <summary>Whether nothing at all is tried at present, so that it says nothing about the file.</summary>
    public bool IsOfAllFolders { get; init; }
}
