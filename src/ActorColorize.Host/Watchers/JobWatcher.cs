using System.Diagnostics;
using ActorColorize.Actors.Jobs;
using ActorColorize.Data.Archives;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Watchers;

/// <summary>Submits a job, shows its events on the display, and completes when it has ended.</summary>
internal sealed class JobWatcher : ReceiveActor, IWithTimers
{
    private const int EventsAtOnce = 500;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IActorRef _coordinator;
    private readonly JobCommands.Submit _submit;
    private readonly IColorizeDisplay _display;
    private readonly ILogger _log;
    private readonly JobCompletion _progress;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly RecentRate _pictures = new(TimeSpan.FromSeconds(20));
    private readonly RecentRate _megapixels = new(TimeSpan.FromSeconds(20));
    private readonly List<ItemProblem> _failures = [];
    private JobId _job;
    private long _seen;
    private long _hidden;

    /// <summary>Watches one job.</summary>
    /// <param name="coordinator">The coordinator to submit to.</param>
    /// <param name="submit">The job.</param>
    /// <param name="display">The display.</param>
    /// <param name="log">The log.</param>
    /// <param name="progress">Completed when the job has been accepted and when it has ended.</param>
    public JobWatcher(IActorRef coordinator, JobCommands.Submit submit, IColorizeDisplay display, ILogger log, JobCompletion progress)
    {
        _coordinator = coordinator;
        _submit = submit;
        _display = display;
        _log = log;
        _progress = progress;
        Receive<JobAnswers.Submitted>(answer =>
        {
            _job = answer.Job;
            _progress.Submitted.TrySetResult(answer.Job);
            AskForEvents();
        });
        Receive<JobAnswers.Refused>(refused => Fail(new RunFailedException(refused.Reason)));
        Receive<JobStoreTrouble>(trouble => Fail(new OutputException(trouble.Reason)));
        Receive<JobReports.EventPage>(Show);
        Receive<NoAnswer>(_ =>
        {
            if (_job == default)
                Submit();
            else
                AskForEvents();
        });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(JobStoreTrouble));
        Submit();
    }

    private void Submit()
    {
        _coordinator.Tell(_submit);
        Timers.StartSingleTimer(NoAnswer.Instance, NoAnswer.Instance, Patience);
    }

    private void AskForEvents()
    {
        _coordinator.Tell(new JobQueries.EventsAfter(_job, _seen, EventsAtOnce, Wait));
        Timers.StartSingleTimer(NoAnswer.Instance, NoAnswer.Instance, Patience);
    }

    private void Show(JobReports.EventPage page)
    {
        foreach (var numbered in page.Events.Where(numbered => numbered.Sequence == _seen + 1))
        {
            _seen = numbered.Sequence;
            Take(numbered.Event);
        }

        if (page.Counts.Settled > 0)
            _display.Moved(Progress(page));
        if (page.Events.Select(numbered => numbered.Event).OfType<JobEvents.JobEnded>().SingleOrDefault() is { } end)
            _progress.Ended.TrySetResult(new JobResult(end, _failures, _clock.Elapsed, _hidden));
        else
            AskForEvents();
    }

    private void Take(JobEvents.IJobEvent happened)
    {
        switch (happened)
        {
            case JobEvents.ItemSettled settled:
                Take(settled);
                break;
            case JobEvents.EntryPassedOver { Reason: ArchiveScanOptions.Hidden } hidden:
                _hidden++;
                _log.LogInformation("{Path} is hidden and left out", hidden.Path);
                break;
            case JobEvents.EntryPassedOver entry:
                _log.LogWarning("{Path} is skipped: {Reason}", entry.Path, entry.Reason);
                break;
            default:
                _log.LogInformation("{Event}", happened);
                break;
        }
    }

    private void Take(JobEvents.ItemSettled settled)
    {
        _pictures.Add(_clock.Elapsed, 1);
        if (settled.Outcome is ItemOutcome.Done done)
            _megapixels.Add(_clock.Elapsed, done.Width * (double)done.Height / 1e6);
        if (ItemNote.Of(settled, _submit.Specification.Toned, _submit.Specification.Doubtful) is { } note)
        {
            _display.ItemNoted(note);
            _log.LogInformation("{Path}: {Note}", note.Item, note.Note);
        }

        if (Reason(settled.Outcome) is not { } reason)
            return;
        var problem = new ItemProblem(settled.RelativePath, reason);
        if (_failures.Count < ColorizeDisplay.ListedFailures)
            _failures.Add(problem);
        _display.ItemFailed(problem);
        _log.LogInformation("{Path} failed: {Outcome}", settled.RelativePath, settled.Outcome);
    }

    private static string? Reason(ItemOutcome outcome) =>
        outcome switch
        {
            ItemOutcome.Failed failed => failed.Reason,
            ItemOutcome.Quarantined quarantined => $"given up after {quarantined.Deaths} crashes: {quarantined.Reason}",
            _ => null,
        };

    private ColorizeProgress Progress(JobReports.EventPage page)
    {
        var rate = _pictures.PerSecond(_clock.Elapsed);
        var remaining = page.IsScanned && rate > 0 ? TimeSpan.FromSeconds((page.Items - page.Counts.Settled) / rate) : (TimeSpan?)null;
        return new ColorizeProgress(
            page.Items,
            page.IsScanned,
            page.Counts.Done,
            page.Counts.Skipped,
            page.Counts.Unfinished,
            rate,
            _megapixels.PerSecond(_clock.Elapsed),
            remaining
        );
    }

    private void Fail(UserException failure)
    {
        _progress.Submitted.TrySetException(failure);
        _progress.Ended.TrySetException(failure);
    }

    private sealed class NoAnswer
    {
        internal static readonly NoAnswer Instance = new();
    }
}

/// <summary>The completions that a command awaits.</summary>
internal sealed class JobCompletion
{
    /// <summary>Completed when the job is accepted.</summary>
    public TaskCompletionSource<JobId> Submitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed with how the job ended.</summary>
    public TaskCompletionSource<JobResult> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>How a job ended.</summary>
/// <param name="End">The end.</param>
/// <param name="Failures">The failed pictures, or the first of them.</param>
/// <param name="Elapsed">Since the job was submitted.</param>
/// <param name="Hidden">Hidden files and system folders that were left out.</param>
internal sealed record JobResult(JobEvents.JobEnded End, IReadOnlyList<ItemProblem> Failures, TimeSpan Elapsed, long Hidden);
