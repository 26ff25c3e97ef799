using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Looks now and then whether what keeps a job waiting is resolved: soon at first, then less and less often, and at once when somebody
/// asks.
/// </summary>
internal sealed class BlockerMonitor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(2);

    private readonly IArchiveFiles _files;
    private readonly TimeSpan _firstDelay;
    private readonly Dictionary<JobId, Dictionary<JobFailure, Watched>> _watched = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public BlockerMonitor(IArchiveFiles files, TimeSpan firstDelay)
    {
        _files = files;
        _firstDelay = firstDelay;
        Receive<BlockerCommands.Watch>(Watch);
        Receive<BlockerCommands.LookNow>(command =>
        {
            foreach (var watched in _watched.GetValueOrDefault(command.Job)?.Values.ToList() ?? [])
                Look(watched);
        });
        Receive<BlockerCommands.LookOnce>(command => Look(command.Job, command.What, command.Specification, command.About));
        Receive<BlockerCommands.Forget>(Forget);
        Receive<Due>(due =>
        {
            if (Find(due.Job, due.What) is { } watched)
                Look(watched);
        });
        Receive<Fault>(fault =>
        {
            var watched = fault.About is null ? Find(fault.Job, fault.What) : null;
            if (watched is null || watched.LoggedFault != fault.Cause.Message)
                _log.Error(fault.Cause, "job {0}: {1} cannot be checked", fault.Job, fault.What);
            if (watched is not null)
                watched.LoggedFault = fault.Cause.Message;
            Report(new BlockerEvents.Looked(fault.Job, fault.What, fault.Cause.Message, fault.About));
        });
        Receive<BlockerEvents.Looked>(Report);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Watch(BlockerCommands.Watch command)
    {
        if (!_watched.TryGetValue(command.Job, out var ofJob))
            _watched.Add(command.Job, ofJob = []);
        if (ofJob.ContainsKey(command.What))
            return;
        var watched = new Watched(command) { Delay = _firstDelay };
        ofJob.Add(command.What, watched);
        LookLater(watched);
    }

    private void Forget(BlockerCommands.Forget command)
    {
        if (!_watched.TryGetValue(command.Job, out var ofJob))
            return;
        foreach (var what in ofJob.Keys.Except(command.Except).ToList())
        {
            Timers.Cancel((command.Job, what));
            ofJob.Remove(what);
        }

        if (ofJob.Count == 0)
            _watched.Remove(command.Job);
    }

    private Watched? Find(JobId job, JobFailure what) => _watched.GetValueOrDefault(job)?.GetValueOrDefault(what);

    private void LookLater(Watched watched)
    {
        var (job, _, what) = watched.Command;
        Timers.StartSingleTimer((job, what), new Due(job, what), watched.Delay);
        watched.Delay = TimeSpan.FromTicks(Math.Min(watched.Delay.Ticks * 2, LongestDelay.Ticks));
    }

    private void Look(Watched watched)
    {
        var (job, specification, what) = watched.Command;
        Timers.Cancel((job, what));
        Look(job, what, specification, about: null);
    }

    private void Look(JobId job, JobFailure what, JobSpecification specification, object? about)
    {
        var files = _files;
        Task.Run(() => new BlockerEvents.Looked(job, what, files.Blocker(specification, what), about))
            .PipeTo(Self, failure: cause => new Fault(job, what, cause, about));
    }

    private void Report(BlockerEvents.Looked looked)
    {
        if (looked.About is null && Find(looked.Job, looked.What) is { } watched)
            LookLater(watched);
        Context.Parent.Tell(looked);
    }

    private sealed record Due(JobId Job, JobFailure What);

    /// <summary>It could not look.</summary>
    private sealed record Fault(JobId Job, JobFailure What, Exception Cause, object? About);

    private sealed class Watched(BlockerCommands.Watch command)
    {
        internal BlockerCommands.Watch Command { get; } = command;

        internal TimeSpan Delay { get; set; }

        /// <summary>Message of the fault that was logged last, so that one that lasts is logged once.</summary>
        internal string? LoggedFault { get; set; }
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
