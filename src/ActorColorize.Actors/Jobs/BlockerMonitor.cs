using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Looks now and then whether what keeps a job waiting is resolved: soon at first, then less and less often, and at once when somebody asks.
/// </summary>
internal sealed class BlockerMonitor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(2);

    private readonly IArchiveFiles _files;
    private readonly TimeSpan _firstDelay;
    private readonly Dictionary<(JobId Job, JobFailure What), Watched> _watched = [];

    public BlockerMonitor(IArchiveFiles files, TimeSpan firstDelay)
    {
        _files = files;
        _firstDelay = firstDelay;
        Receive<BlockerCommands.Watch>(command => _ = Watching(command.Job, command.Specification, command.What));
        Receive<BlockerCommands.LookNow>(command =>
        {
            foreach (var (key, watched) in _watched.Where(entry => entry.Key.Job == command.Job))
                Look(key, watched);
        });
        Receive<BlockerCommands.LookOnce>(command => Look((command.Job, command.What), command.Specification, command.About));
        Receive<BlockerCommands.Forget>(command =>
        {
            foreach (var key in _watched.Keys.Where(key => key.Job == command.Job && command.Except.All(kept => kept != key.What)).ToList())
                Drop(key);
        });
        Receive<Due>(due =>
        {
            if (_watched.TryGetValue(due.Key, out var watched))
                Look(due.Key, watched);
        });
        Receive<BlockerEvents.Looked>(looked =>
        {
            if (looked.About is null && _watched.TryGetValue((looked.Job, looked.What), out var watched))
                LookLater((looked.Job, looked.What), watched);
            Context.Parent.Tell(looked);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private Watched Watching(JobId job, JobSpecification specification, JobFailure what)
    {
        if (_watched.TryGetValue((job, what), out var known))
            return known;
        var watched = new Watched(specification) { Delay = _firstDelay };
        _watched.Add((job, what), watched);
        LookLater((job, what), watched);
        return watched;
    }

    private void LookLater((JobId Job, JobFailure What) key, Watched watched)
    {
        Timers.StartSingleTimer(key, new Due(key), watched.Delay);
        watched.Delay = TimeSpan.FromTicks(Math.Min(watched.Delay.Ticks * 2, LongestDelay.Ticks));
    }

    private void Look((JobId Job, JobFailure What) key, Watched watched)
    {
        Timers.Cancel(key);
        Look(key, watched.Specification, about: null);
    }

    private void Look((JobId Job, JobFailure What) key, JobSpecification specification, object? about)
    {
        var files = _files;
        Task.Run(() => new BlockerEvents.Looked(key.Job, key.What, files.Blocker(specification, key.What), about))
            .PipeTo(Self, failure: fault => new BlockerEvents.Looked(key.Job, key.What, fault.Message, about));
    }

    private void Drop((JobId Job, JobFailure What) key)
    {
        Timers.Cancel(key);
        _watched.Remove(key);
    }

    private sealed record Due((JobId Job, JobFailure What) Key);

    private sealed class Watched(JobSpecification specification)
    {
        internal JobSpecification Specification { get; } = specification;

        internal TimeSpan Delay { get; set; }
    }
}

/// <summary>What may be asked of the watch over blockers.</summary>
internal static class BlockerCommands
{
    /// <summary>Look until it is forgotten.</summary>
    internal sealed record Watch(JobId Job, JobSpecification Specification, JobFailure What);

    /// <summary>Look at everything that is watched for the job, now.</summary>
    internal sealed record LookNow(JobId Job);

    /// <summary>Look once.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Specification">What it does.</param>
    /// <param name="What">At what.</param>
    /// <param name="About">Comes back with the answer.</param>
    internal sealed record LookOnce(JobId Job, JobSpecification Specification, JobFailure What, object About);

    /// <summary>Watch nothing of the job any more but these.</summary>
    internal sealed record Forget(JobId Job, IReadOnlyList<JobFailure> Except);
}

/// <summary>What the watch over blockers sees.</summary>
internal static class BlockerEvents
{
    /// <summary>It has looked.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="What">At what.</param>
    /// <param name="Trouble">What is wrong; null where nothing is.</param>
    /// <param name="About">As it was asked.</param>
    internal sealed record Looked(JobId Job, JobFailure What, string? Trouble, object? About);
}
