using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Checks periodically whether the blockers of waiting jobs are cleared: soon at first, then less and less often, and immediately on
/// request.
/// </summary>
internal sealed class BlockerMonitor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(2);

    private readonly IArchiveFiles _files;
    private readonly IoWatch _watch;
    private readonly TimeSpan _firstDelay;
    private readonly Dictionary<JobId, Dictionary<JobFailure, Watched>> _watched = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="files">The files of jobs.</param>
    /// <param name="firstDelay">Time to the first check.</param>
    /// <param name="watch">Ends the wait for a drive that does not answer, which is a blocker too.</param>
    public BlockerMonitor(IArchiveFiles files, TimeSpan firstDelay, IoWatch watch)
    {
        _watch = watch;
        _files = files;
        _firstDelay = firstDelay;
        Receive<BlockerCommands.Watch>(Watch);
        Receive<BlockerCommands.CheckNow>(command =>
        {
            foreach (var watched in _watched.GetValueOrDefault(command.Job)?.Values.ToList() ?? [])
                Check(watched);
        });
        Receive<BlockerCommands.CheckOnce>(command => Check(command.Job, command.What, command.Specification, command.About));
        Receive<BlockerCommands.Forget>(Forget);
        Receive<Due>(due =>
        {
            if (Find(due.Job, due.What) is { } watched)
                Check(watched);
        });
        Receive<Fault>(fault =>
        {
            var watched = fault.About is null ? Find(fault.Job, fault.What) : null;
            if (watched is null || watched.LoggedFault != fault.Cause.Message)
                _log.Error(fault.Cause, "job {0}: {1} cannot be checked", fault.Job, fault.What);
            if (watched is not null)
                watched.LoggedFault = fault.Cause.Message;
            Report(new BlockerEvents.Checked(fault.Job, fault.What, fault.Cause.Message, fault.About));
        });
        Receive<BlockerEvents.Checked>(Report);
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
        ScheduleCheck(watched);
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

    private void ScheduleCheck(Watched watched)
    {
        var (job, _, what) = watched.Command;
        Timers.StartSingleTimer((job, what), new Due(job, what), watched.Delay);
        watched.Delay = TimeSpan.FromTicks(Math.Min(watched.Delay.Ticks * 2, LongestDelay.Ticks));
    }

    private void Check(Watched watched)
    {
        var (job, specification, what) = watched.Command;
        Timers.Cancel((job, what));
        Check(job, what, specification, about: null);
    }

    private void Check(JobId job, JobFailure what, JobSpecification specification, object? about)
    {
        var files = _files;
        var folder = FolderOf(specification, what);
        _watch
            .Run(folder, _ => new BlockerEvents.Checked(job, what, files.Blocker(specification, what), about))
            .PipeTo(Self, failure: cause =>
                cause is StalledIoException
                    ? new BlockerEvents.Checked(job, what, $"{folder}: {cause.Message}", about)
                    : new Fault(job, what, cause, about)
            );
    }

    private static string FolderOf(JobSpecification specification, JobFailure what) =>
        what switch
        {
            JobFailure.Output => specification.OutputRoot,
            JobFailure.Model => specification.ModelPath,
            _ => specification.InputRoot,
        };

    private void Report(BlockerEvents.Checked check)
    {
        if (check.About is null && Find(check.Job, check.What) is { } watched)
            ScheduleCheck(watched);
        Context.Parent.Tell(check);
    }

    private sealed record Due(JobId Job, JobFailure What);

    /// <summary>A check failed.</summary>
    private sealed record Fault(JobId Job, JobFailure What, Exception Cause, object? About);

    private sealed class Watched(BlockerCommands.Watch command)
    {
        internal BlockerCommands.Watch Command { get; } = command;

        internal TimeSpan Delay { get; set; }

        /// <summary>Message of the fault that was logged last: a lasting fault is logged once.</summary>
        internal string? LoggedFault { get; set; }
    }
}

/// <summary>Commands to the blocker monitor.</summary>
internal static class BlockerCommands
{
    /// <summary>Check a blocker periodically, until <see cref="Forget"/>.</summary>
    internal sealed record Watch(JobId Job, JobSpecification Specification, JobFailure What);

    /// <summary>Check all blockers that are watched for the job now.</summary>
    internal sealed record CheckNow(JobId Job);

    /// <summary>Check a blocker once.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Specification">Its specification.</param>
    /// <param name="What">The blocker.</param>
    /// <param name="About">Returned with the answer.</param>
    internal sealed record CheckOnce(JobId Job, JobSpecification Specification, JobFailure What, object About);

    /// <summary>Stop watching the job's blockers, except these.</summary>
    internal sealed record Forget(JobId Job, IReadOnlyList<JobFailure> Except);
}

/// <summary>Events of the blocker monitor.</summary>
internal static class BlockerEvents
{
    /// <summary>A blocker was checked.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="What">The blocker.</param>
    /// <param name="Problem">What is wrong; null if the blocker is cleared.</param>
    /// <param name="About">As in the command.</param>
    internal sealed record Checked(JobId Job, JobFailure What, string? Problem, object? About);
}
