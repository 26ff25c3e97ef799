using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Archives;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>
/// Walks a job's archive step by step, each on request: first the manifest of the output folder, for results that exist, then the pictures.
/// A walk that was interrupted continues after the last picture that was found. A job that colours the rejected pictures of another job
/// again finds them in the store.
/// </summary>
internal sealed class ArchiveScanner : ReceiveActor
{
    private const int PicturesPerStep = 512;
    private const int MostPassedOverTold = 10_000;

    private readonly IoWatch _watch;

    private readonly JobState _job;
    private readonly IArchiveFiles _files;
    private readonly Func<IJobStore> _openStore;
    private readonly string? _after;
    private readonly IActorRef _coordinator;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private List<(string Path, string Reason)> _passedOver = [];
    private long _morePassedOver;
    private IEnumerator<EarlierResult>? _earlier;
    private IEnumerator<string>? _walk;
    private Task _step = Task.CompletedTask;
    private IoProgress _progress = new();

    /// <param name="job">The job.</param>
    /// <param name="files">Its files.</param>
    /// <param name="openStore">Opens the store, for the rejected pictures of another job.</param>
    /// <param name="after">The last picture that an earlier walk found; null for a walk from the beginning.</param>
    /// <param name="coordinator">Gets <see cref="ScanEvents"/>.</param>
    /// <param name="watch">Ends the walk when the archive's drive does not answer.</param>
    public ArchiveScanner(JobState job, IArchiveFiles files, Func<IJobStore> openStore, string? after, IActorRef coordinator, IoWatch watch)
    {
        _watch = watch;
        _job = job;
        _files = files;
        _openStore = openStore;
        _after = after;
        _coordinator = coordinator;
        Receive<Continue>(_ => Step());
        Receive<ScanEvents.Found>(found => _coordinator.Tell(found));
        Receive<Fault>(fault =>
        {
            if (fault.IsExpected)
                _log.Info(fault.Cause, "job {0}: the walk of its archive cannot continue", _job.Job);
            else
                _log.Error(fault.Cause, "job {0}: the walk of its archive cannot continue", _job.Job);
            _coordinator.Tell(new ScanEvents.Failed(_job.Job, fault.Blocker, fault.Cause.Message));
            Context.Stop(Self);
        });
    }

    protected override void PreStart() => Step();

    protected override void PostStop() =>
        _step.ContinueWith(
            _ =>
            {
                _earlier?.Dispose();
                _walk?.Dispose();
            },
            TaskScheduler.Default
        );

    /// <summary>One step at a time: the next begins when this one is on disk.</summary>
    private void Step()
    {
        var root = _job.Specification.InputRoot;
        // Any exception is reported: otherwise the coordinator would wait for the walk forever
        _watch
            .Run(root, MakeStep, begun => _step = begun)
            .PipeTo(Self, failure: fault =>
                fault is StalledIoException
                    ? new Fault(JobFailure.Archive, new IOException($"the archive {root}: {fault.Message}", fault), IsExpected: true)
                    : new Fault(JobFailure.Archive, fault, IsExpected: false)
            );
    }

    private object MakeStep(IoProgress progress)
    {
        _progress = progress;
        return EarlierStep() ?? WalkStep();
    }

    private object? EarlierStep()
    {
        if (_walk is not null)
            return null;
        try
        {
            _earlier ??= Earlier().GetEnumerator();
            var found = Take(_earlier);
            return found.Count == 0 ? null : new ScanEvents.Found(_job.Job, found, [], [], 0, IsEnd: false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new Fault(JobFailure.Output, fault, IsExpected: true);
        }
    }

    private object WalkStep()
    {
        try
        {
            return Walked();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JobStoreException)
        {
            return new Fault(JobFailure.Archive, fault, IsExpected: true);
        }
    }

    private ScanEvents.Found Walked()
    {
        _walk ??= Pictures().Where(path => _after is null || ArchiveOrder.Instance.Compare(path, _after) > 0).GetEnumerator();
        var items = Take(_walk);
        var found = new ScanEvents.Found(_job.Job, [], items, _passedOver, _morePassedOver, items.Count < PicturesPerStep);
        (_passedOver, _morePassedOver) = ([], 0);
        return found;
    }

    private IEnumerable<string> Pictures() =>
        _job.Specification.RejectedOf is { } other
            ? Rejected(other)
            : _files.Walk(_job.Specification, PassOver, () => _progress.Report()).Select(item => item.RelativePath);

    private IEnumerable<string> Rejected(JobId other)
    {
        using var store = _openStore();
        foreach (var path in store.Rejected(other))
            yield return path;
    }

    private IEnumerable<EarlierResult> Earlier()
    {
        // The newest line of a path counts, even if it says that there is no usable result.
        return JobManifest
            .Read(_files.ResultFile(_job.Specification, JobManifest.FileName))
            .Select(line => new EarlierResult(line.Path, line.ResultOf(_job.Specification.ResultKey)));
    }

    private void PassOver(string path, string reason)
    {
        if (_after is not null && ArchiveOrder.Instance.Compare(path, _after) <= 0)
            return;
        if (_passedOver.Count < MostPassedOverTold)
            _passedOver.Add((path, reason));
        else
            _morePassedOver++;
    }

    private List<T> Take<T>(IEnumerator<T> source)
    {
        var taken = new List<T>(PicturesPerStep);
        for (; taken.Count < PicturesPerStep && source.MoveNext(); _progress.Report())
            taken.Add(source.Current);
        return taken;
    }

    /// <summary>A step has failed.</summary>
    /// <param name="Blocker">The kind of blocker.</param>
    /// <param name="Cause">The exception.</param>
    /// <param name="IsExpected">Whether it is an ordinary file system error, such as an archive that is not mounted.</param>
    private sealed record Fault(JobFailure Blocker, Exception Cause, bool IsExpected);

    /// <summary>Begin the next step: the results of this one are on disk.</summary>
    internal sealed record Continue
    {
        internal static readonly Continue Instance = new();
    }
}

/// <summary>Events of a walk.</summary>
internal static class ScanEvents
{
    /// <summary>One step.</summary>
    /// <param name="Job">The job.</param>
    /// <param name="Earlier">Results of earlier jobs.</param>
    /// <param name="RelativePaths">Pictures.</param>
    /// <param name="PassedOver">Entries that are not part of the job, with the reason.</param>
    /// <param name="MorePassedOver">Further such entries that are not listed.</param>
    /// <param name="IsEnd">Whether this was the last step.</param>
    internal sealed record Found(
        JobId Job,
        IReadOnlyList<EarlierResult> Earlier,
        IReadOnlyList<string> RelativePaths,
        IReadOnlyList<(string Path, string Reason)> PassedOver,
        long MorePassedOver,
        bool IsEnd
    );

    /// <summary>The walk cannot continue.</summary>
    internal sealed record Failed(JobId Job, JobFailure Blocker, string Reason);
}
