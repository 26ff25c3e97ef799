using System.Diagnostics;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Protocol;
using ActorColorize.Rest;

namespace ActorColorize.Host.Remote;

/// <summary>Shows the progress of a daemon's job; in JSON style, each event with its sequence number.</summary>
internal sealed class RemoteJobWatch(ColorizeClient client, IColorizeDisplay display, Screen screen)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan QuietUntilAsked = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly RecentRate _pictures = new(Window);
    private readonly RecentRate _megapixels = new(Window);
    private readonly List<ItemProblem> _failures = [];
    private string? _waitsFor;

    /// <summary>Shows events from now on; earlier ones are included in the counts.</summary>
    /// <returns>How the job ended.</returns>
    public async Task<JobReports.JobStatus> UntilItIsOverAsync(JobId job, CancellationToken cancellation)
    {
        var status = await client.Jobs.ShowAsync(job, cancellation);
        await foreach (var error in client.Jobs.ErrorsAsync(job, cancellation))
        {
            if (_failures.Count == ColorizeDisplay.ListedFailures)
                break;
            _failures.Add(new ItemProblem(error.RelativePath, JobReport.Reason(error.Outcome) ?? string.Empty));
        }

        if (status.EndedAt is null)
        {
            Waits(status.WaitsFor);
            await using (var updates = client.Jobs.WatchAsync(job, status.LastSequence, cancellation).GetAsyncEnumerator(cancellation))
            {
                while (await HasUpdatesAsync(updates, job, cancellation))
                    Show(updates.Current);
            }

            status = await client.Jobs.ShowAsync(job, cancellation);
        }

        display.Ended(Summary(status));
        return status;
    }

    /// <summary>
    /// Waits for updates. In the meantime it polls the job's blocker: a daemon whose disk is full cannot store an event about it.
    /// </summary>
    private async Task<bool> HasUpdatesAsync(IAsyncEnumerator<JobUpdate> updates, JobId job, CancellationToken cancellation)
    {
        var next = updates.MoveNextAsync().AsTask();
        while (await Task.WhenAny(next, Task.Delay(QuietUntilAsked, CancellationToken.None)) != next)
        {
            try
            {
                Waits((await client.Jobs.ShowAsync(job, cancellation)).WaitsFor);
            }
            catch (Exception unanswered) when (unanswered is ColorizeClientException or OperationCanceledException)
            {
                return await next; // it fails for the same reason and reports it
            }
        }

        return await next;
    }

    private void Waits(string? reason)
    {
        if (reason == _waitsFor)
            return;
        _waitsFor = reason;
        display.Waits(reason);
    }

    private void Show(JobUpdate updates)
    {
        if (screen.Style == OutputStyle.Json)
        {
            foreach (var numbered in updates.Events)
                screen.RawJson(EventText.JsonWithKind(numbered));
        }

        foreach (var settled in updates.Events.Select(numbered => numbered.Event).OfType<JobEvents.ItemSettled>())
        {
            _pictures.Add(_clock.Elapsed, 1);
            if (settled.Outcome is ItemOutcome.Done done)
                _megapixels.Add(_clock.Elapsed, done.Width * (double)done.Height / 1e6);
            if (screen.Style != OutputStyle.Json && ItemNote.Of(settled, PicturePolicy.List, PicturePolicy.List) is { } note)
                display.ItemNoted(note);
            if (JobReport.Reason(settled.Outcome) is not { } reason)
                continue;
            var problem = new ItemProblem(settled.RelativePath, reason);
            if (_failures.Count < ColorizeDisplay.ListedFailures)
                _failures.Add(problem);
            if (screen.Style != OutputStyle.Json)
                display.ItemFailed(problem); // in JSON style the event is written instead
        }

        // Pictures that were in progress when a job was paused are finished; that is not the end of the pause
        var isPaused = _waitsFor?.StartsWith("paused by", StringComparison.Ordinal) ?? false;
        if (
            _waitsFor is not null
            && updates.Events.Any(numbered => numbered.Event is JobEvents.Resumed || (numbered.Event is JobEvents.ItemSettled && !isPaused))
        )
            Waits(null);
        var rate = _pictures.PerSecond(_clock.Elapsed);
        display.Moved(
            new ColorizeProgress(
                updates.Items,
                updates.IsScanned,
                updates.Counts.Done,
                updates.Counts.Skipped,
                updates.Counts.Unfinished,
                rate,
                _megapixels.PerSecond(_clock.Elapsed),
                updates.IsScanned && rate > 0 ? TimeSpan.FromSeconds((updates.Items - updates.Counts.Settled) / rate) : null
            )
        );
    }

    private ColorizeEnd Summary(JobReports.JobStatus status)
    {
        var counts = status.Counts;
        var took = (status.EndedAt ?? status.SubmittedAt) - status.SubmittedAt;
        return new ColorizeEnd(
            new ColorizeTotals(counts.Settled, counts.Done, counts.Skipped, counts.Unfinished, took.TotalSeconds),
            SkippedPictures.ByReason(counts),
            _failures,
            Path.Combine(status.Specification.OutputRoot, JobManifest.FileName),
            null,
            false,
            CancelledOf: status.Phase == JobPhase.Cancelled ? status.Items : null
        );
    }
}
