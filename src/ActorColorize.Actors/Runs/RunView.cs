using System.Globalization;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// The current view of a run: the newest metrics and the last notices. It is lost with the process; the run's folder has everything.
/// </summary>
internal sealed class RunView
{
    private const int MostNotices = 100;
    private const int LongestNotice = 300;

    private readonly List<RunNotice> _notices = [];

    /// <summary>The supervisor's report; null if it does not know the run.</summary>
    internal RunPlacement? Placement { get; set; }

    /// <summary>Number of the newest change.</summary>
    internal long Sequence { get; private set; }

    /// <summary>The current activity, if the phase does not say enough.</summary>
    internal string? Doing { get; set; }

    internal StepNumber Step { get; set; }

    internal StepWindow? Progress { get; set; }

    internal RunValidation? Validation { get; set; }

    internal string? Checkpoint { get; set; }

    internal int Faults { get; private set; }

    /// <summary>Whether events before this process have been read from the run's folder.</summary>
    internal bool WasRead { get; set; }

    /// <summary>The newest notices after a sequence number.</summary>
    internal IReadOnlyList<RunNotice> NoticesAfter(long sequence, int most) =>
        [.. _notices.Where(notice => notice.Sequence > sequence).TakeLast(most)];

    /// <summary>Registers a change, with an optional notice.</summary>
    internal void Changed(long sequence, DateTimeOffset now, string? notice = null)
    {
        Sequence = sequence;
        if (notice is null)
            return;
        if (_notices.Count == MostNotices)
            _notices.RemoveAt(0);
        _notices.Add(
            new RunNotice(sequence, now, notice.Length <= LongestNotice ? notice : string.Concat(notice.AsSpan(0, LongestNotice), "…"))
        );
    }

    /// <summary>Applies an event of the metrics actor.</summary>
    /// <param name="fact">An event of this run.</param>
    /// <param name="notice">A notice about it; null if there is none.</param>
    /// <returns>Whether anything changed.</returns>
    internal bool Apply(IWithRunId fact, out string? notice)
    {
        notice = null;
        switch (fact)
        {
            case RunEvents.ColorCountProgressed histogram:
                Doing = string.Create(CultureInfo.InvariantCulture, $"counting colours: {histogram.Counted} of {histogram.Total} pictures");
                return true;
            case RunEvents.ColorCountCompleted histogram:
                Doing = "opening the network";
                notice =
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{histogram.Used} pictures to train on, {histogram.OccurringBins} of {histogram.Bins} colour bins occur"
                    )
                    + (
                        histogram.Unreadable > 0
                            ? string.Create(CultureInfo.InvariantCulture, $", {histogram.Unreadable} unreadable left out")
                            : string.Empty
                    )
                    + (
                        histogram.Monochrome > 0
                            ? string.Create(CultureInfo.InvariantCulture, $", {histogram.Monochrome} without colour left out")
                            : string.Empty
                    );
                return true;
            case RunEvents.Opened opened:
                (Doing, Step) = (null, opened.Step);
                notice = opened.ResumedFrom is { } from
                    ? $"training continues from step {opened.Step} ({from}) on {opened.Device}"
                    : $"training begins on {opened.Device}";
                return true;
            case MetricsEvents.WindowClosed window:
                (Step, Progress) = (window.Step, window.Window);
                return true;
            case RunEvents.Validated validated:
                Validation = new RunValidation(validated.Step, validated.Loss, validated.Baseline);
                notice = string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {validated.Step}: validation loss {validated.Loss:0.000}, baseline {validated.Baseline:0.000}"
                );
                return true;
            case RunEvents.CheckpointSaved saved:
                Checkpoint = saved.Folder;
                notice = $"step {saved.Step}: saved in {saved.Folder}";
                return true;
            case RunEvents.CheckpointFailed failed:
                notice = $"step {failed.Step}: not saved: {failed.Reason}";
                return true;
            case RunEvents.CheckpointRejected rejected:
                notice = $"checkpoint {rejected.Folder} is damaged and was set aside: {rejected.Reason}";
                return true;
            case RunEvents.Recovering recovering:
                Faults++;
                notice = $"fault at step {recovering.Step}: {recovering.Cause}";
                return true;
            case RunEvents.FaultSettled { Seconds: { } seconds } settled:
                notice = string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {settled.Step}: {settled.Action}; {settled.LostSteps} steps repeated, {seconds:0.0} s lost"
                );
                return true;
            default:
                return false;
        }
    }

    /// <summary>Applies the content of the run's folder where nothing newer is known.</summary>
    internal void Read(RunTimeline timeline)
    {
        WasRead = true;
        Faults = Math.Max(Faults, timeline.Faults.Count);
        if (timeline.Training is { } line && Progress is null)
            (Step, Progress) = (new StepNumber(line.Step), line.Window);

        if (timeline.Validation is { } validation)
            Validation ??= new RunValidation(new StepNumber(validation.Step), validation.Loss, validation.BaselineLoss);
        if (timeline.Checkpoints is [.., var newest])
            Checkpoint ??= newest.Folder;
    }
}
