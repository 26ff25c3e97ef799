using ActorColorize.Actors.Metrics;
using ActorColorize.Host.Displays;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Watchers;

/// <summary>Turns what happens to a run into what people see, and completes when the run has ended.</summary>
internal sealed class TrainingWatcher : ReceiveActor
{
    private RunEvents.Validated? _validated;
    private RunEvents.CensusCompleted? _census;
    private MetricsEvents.WindowClosed? _window;
    private readonly CheckpointTrouble _trouble = new();
    private string? _checkpoint;
    private string? _panel;

    /// <summary>Watches one run.</summary>
    /// <param name="start">What is shown when the run opens, as far as it is known before.</param>
    /// <param name="display">Shows it.</param>
    /// <param name="log">Keeps it.</param>
    /// <param name="ended">Completed with how the run ended.</param>
    public TrainingWatcher(TrainingStart start, ITrainingDisplay display, ILogger log, TaskCompletionSource<TrainingResult> ended)
    {
        Receive<RunEvents.CensusProgressed>(census => display.Preparing("counting colours", census.Counted, census.Total));
        Receive<RunEvents.CensusCompleted>(census =>
        {
            _census = census;
            display.Noticed($"colours: {census.OccurringBins} of {census.Bins} bins occur, entropy {census.EntropyNats:0.00} nats"
                + (census.Unreadable > 0 ? $"; {census.Unreadable} unreadable pictures left out" : string.Empty)
                + (census.Monochrome > 0 ? $"; {census.Monochrome} pictures without colour left out" : string.Empty));
            log.LogInformation("{Census}", census);
        });
        Receive<RunEvents.PictureUnreadable>(picture =>
        {
            log.LogWarning("{Path} left out: {Reason}", picture.Path, picture.Reason);
        });
        Receive<RunEvents.Opened>(opened =>
        {
            log.LogInformation("{Opened}", opened);
            display.Started(start with { TrainingPictures = _census?.Used ?? start.TrainingPictures, ResumedFromStep = opened.ResumedFrom is null ? null : opened.Step.Value });
        });
        Receive<RunEvents.CheckpointRejected>(rejected => log.LogWarning("checkpoint {Folder} is bad and set aside: {Reason}", rejected.Folder, rejected.Reason));
        Receive<DeviceEvents.KernelAvoided>(avoided => log.LogWarning("{Description}", avoided.Description));
        Receive<MetricsEvents.WindowClosed>(window =>
        {
            _window = window;
            display.Logged(Line(window, fresh: null));
        });
        Receive<RunEvents.Validated>(validated =>
        {
            _validated = validated;
            log.LogInformation("{Validated}", validated);
            if (_window is { } window) display.Logged(Line(window, validated));
        });
        Receive<RunEvents.PanelWritten>(panel => _panel = panel.Path);
        Receive<RunEvents.CheckpointSaved>(saved =>
        {
            _checkpoint = saved.Folder;
            log.LogInformation("{Saved}", saved);
            if (_trouble.Saved(saved) is { } over) log.LogWarning("{Over:l}", over);
            display.Saved(saved.Step.Value, saved.Folder, _panel);
        });
        Receive<RunEvents.CheckpointFailed>(failed =>
        {
            if (_trouble.Failed(failed) is { } warning) log.LogWarning("{Warning:l}", warning);
            else log.LogInformation("{Failed}", failed);
        });
        Receive<RunEvents.Recovering>(recovering => log.LogWarning("the device failed at step {Step}, going back to the newest checkpoint: {Cause}", recovering.Step, recovering.Cause));
        Receive<RunEvents.Ended>(end =>
        {
            log.LogInformation("{Ended}", end);
            ended.TrySetResult(new TrainingResult(end, _validated, _window, _checkpoint, _panel));
        });
    }

    private static TrainingLine Line(MetricsEvents.WindowClosed window, RunEvents.Validated? fresh) => new(
        window.Run.Value,
        window.Epoch,
        fresh?.Step.Value ?? window.Step.Value,
        window.TotalSteps,
        (double)window.Step.Value / window.TotalSteps,
        window.LossMean,
        window.LossMaximum,
        fresh?.Loss,
        fresh?.Baseline,
        window.LearningRate,
        window.PicturesPerSecond,
        window.DataWaitShare,
        window.ResidentBytes,
        window.Remaining);
}

/// <summary>How a run ended, with the last that was known of it.</summary>
/// <param name="End">The end.</param>
/// <param name="Validation">The newest validation; null where there was none.</param>
/// <param name="Window">The newest log line; null where there was none.</param>
/// <param name="Checkpoint">Folder of the newest checkpoint that was written.</param>
/// <param name="Panel">The newest panel.</param>
internal sealed record TrainingResult(RunEvents.Ended End, RunEvents.Validated? Validation, MetricsEvents.WindowClosed? Window, string? Checkpoint, string? Panel);
