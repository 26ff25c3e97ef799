using System.Diagnostics;
using ActorColorize.Host.Displays;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Watchers;

/// <summary>Turns what happens to a job into what people see, and completes when the job has ended.</summary>
internal sealed class JobWatcher : ReceiveActor
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly RecentRate _pictures = new(TimeSpan.FromSeconds(20));
    private readonly RecentRate _megapixels = new(TimeSpan.FromSeconds(20));
    private readonly List<ItemProblem> _failures = [];
    private long? _items;

    /// <summary>Watches one job.</summary>
    /// <param name="display">Shows it.</param>
    /// <param name="log">Keeps it.</param>
    /// <param name="ended">Completed with how the job ended.</param>
    public JobWatcher(IColorizeDisplay display, ILogger log, TaskCompletionSource<JobResult> ended)
    {
        Receive<JobEvents.ArchiveCounted>(counted => _items = counted.Items);
        Receive<JobEvents.EntryPassedOver>(entry => log.LogWarning("{Path} is passed over: {Reason}", entry.Path, entry.Reason));
        Receive<JobEvents.ItemSettled>(settled =>
        {
            switch (settled.Outcome)
            {
                case ItemOutcome.Done done:
                    _megapixels.Add(_clock.Elapsed, done.Width * (double)done.Height / 1e6);
                    break;
                case ItemOutcome.Failed failed:
                    var problem = new ItemProblem(settled.RelativePath, failed.Reason);
                    if (_failures.Count < ColorizeDisplay.ListedFailures) _failures.Add(problem);
                    display.ItemFailed(problem);
                    log.LogInformation("{Path} failed ({Class}): {Reason}", settled.RelativePath, failed.Class, failed.Reason);
                    break;
            }

            _pictures.Add(_clock.Elapsed, 1);
            display.Moved(Progress(settled.Counts));
        });
        Receive<JobEvents.Ended>(end =>
        {
            log.LogInformation("{Ended}", end);
            ended.TrySetResult(new JobResult(end, _failures, _clock.Elapsed));
        });
    }

    private ColorizeProgress Progress(JobCounts counts)
    {
        var found = Math.Max(_items ?? 0, counts.Settled);
        var rate = _pictures.PerSecond(_clock.Elapsed);
        var remaining = _items is not null && rate > 0 ? TimeSpan.FromSeconds((found - counts.Settled) / rate) : (TimeSpan?)null;
        return new ColorizeProgress(found, _items is not null, counts.Done, counts.Skipped, counts.Failed, rate, _megapixels.PerSecond(_clock.Elapsed), remaining);
    }
}

/// <summary>How a job ended.</summary>
/// <param name="End">The end.</param>
/// <param name="Failures">The failed pictures, or the first of them.</param>
/// <param name="Elapsed">Since the job was submitted.</param>
internal sealed record JobResult(JobEvents.Ended End, IReadOnlyList<ItemProblem> Failures, TimeSpan Elapsed);
