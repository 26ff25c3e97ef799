using ActorColorize.Actors.Metrics;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Watchers;

/// <summary>Shows a run's events on the display, and completes when the run has ended.</summary>
internal sealed class TrainingWatcher : ReceiveActor
{
    private RunEvents.Validated? _validated;
    private RunEvents.ColorCountCompleted? _histogram;
    private MetricsEvents.WindowClosed? _window;
    private readonly CheckpointTrouble _trouble = new();
    private string? _checkpoint;
    private string? _panel;
    private string _journal = string.Empty;

    /// <summary>Watches one run.</summary>
    /// <param name="start">The start line, as far as it is known before the run opens.</param>
    /// <param name="display">The display.</param>
    /// <param name="log">The log.</param>
    /// <param name="ended">Completed with how the run ended.</param>
    public TrainingWatcher(TrainingStart start, ITrainingDisplay display, ILogger log, TaskCompletionSource<TrainingResult> ended)
    {
        Receive<RunEvents.ColorCountProgressed>(histogram => display.Preparing("counting colours", histogram.Counted, histogram.Total));
        Receive<RunEvents.ColorCountCompleted>(histogram =>
        {
            _histogram = histogram;
            display.Noticed(
                $"colours: {histogram.OccurringBins} of {histogram.Bins} bins occur, entropy {histogram.EntropyNats:0.00} nats"
                    + (histogram.Unreadable > 0 ? $"; {histogram.Unreadable} unreadable pictures left out" : string.Empty)
                    + (histogram.Monochrome > 0 ? $"; {histogram.Monochrome} pictures without colour left out" : string.Empty)
            );
            log.LogInformation("{Histogram}", histogram);
        });
        Receive<RunEvents.PictureUnreadable>(picture =>
        {
            log.LogWarning("{Path} left out: {Reason}", picture.Path, picture.Reason);
        });
        Receive<RunEvents.Opened>(opened =>
        {
            log.LogInformation("{Opened}", opened);
            display.Started(
                start with
                {
                    TrainingPictures = _histogram?.Used ?? start.TrainingPictures,
                    ResumedFromStep = opened.ResumedFrom is null ? null : opened.Step.Value,
                }
            );
        });
        Receive<RunEvents.CheckpointRejected>(rejected =>
            log.LogWarning("checkpoint {Folder} is invalid and was rejected: {Reason}", rejected.Folder, rejected.Reason)
        );
        Receive<DeviceEvents.KernelAvoided>(avoided => log.LogWarning("{Description}", avoided.Description));
        Receive<MetricsEvents.WindowClosed>(window =>
        {
            _window = window;
            display.Logged(window.Run, window.Step, start.Steps, window.Window, validation: null);
        });
        Receive<RunEvents.Validated>(validated =>
        {
            _validated = validated;
            log.LogInformation("{Validated}", validated);
            if (_window is { } window)
                display.Logged(
                    window.Run,
                    validated.Step,
                    start.Steps,
                    window.Window,
                    new RunValidation(validated.Step, validated.Loss, validated.Baseline)
                );
        });
        Receive<RunEvents.PanelWritten>(panel => _panel = panel.Path);
        Receive<RunEvents.CheckpointSaved>(saved =>
        {
            _checkpoint = saved.Folder;
            log.LogInformation("{Saved}", saved);
            if (_trouble.Saved(saved) is { } over)
                log.LogWarning("{Over:l}", over);
            display.Saved(saved.Step.Value, saved.Folder, _panel);
        });
        Receive<RunEvents.CheckpointFailed>(failed =>
        {
            if (_trouble.Failed(failed) is { } warning)
                log.LogWarning("{Warning:l}", warning);
            else
                log.LogInformation("{Failed}", failed);
        });
        Receive<RunEvents.Recovering>(recovering => log.LogWarning("{Text:l}", $"fault at step {recovering.Step}: {recovering.Cause}"));
        Receive<RunEvents.FaultSettled>(settled =>
        {
            if (Text(settled) is { } text)
                log.LogWarning("{Text:l}", text);
        });
        Receive<WatchSupervisor>(command =>
        {
            _journal = command.Journal;
            Context.Watch(command.Supervisor);
        });
        Receive<Terminated>(_ =>
            ended.TrySetException(
                new OutputException(
                    $"the run's journal in {_journal} can no longer be read or written (see the log): free some space or move the folder "
                        + "away, and run the same command again to resume from the newest checkpoint"
                )
            )
        );
        Receive<RunEvents.RunEnded>(end =>
        {
            log.LogInformation("{Ended}", end);
            ended.TrySetResult(new TrainingResult(end, _validated, _window?.Window, _checkpoint, _panel));
        });
    }

    /// <summary>The message after a fault was announced: its cost, or that it was resolved immediately.</summary>
    private static string? Text(RunEvents.FaultSettled settled) =>
        settled switch
        {
            { Seconds: null } => null, // reported with the end of the run
            { LostSteps: 0, Fault.Kind: DeviceFaultKind.OutOfMemory or DeviceFaultKind.NonFinite } =>
                $"fault at step {settled.Step}: {settled.Fault.Cause}; {settled.Action}",
            { Seconds: { } seconds } =>
                $"training continues: {settled.LostSteps} steps are repeated, {seconds:0.0} s were lost to the fault at step "
                    + $"{settled.Step}",
        };

    /// <summary>Completes with a failure if the supervisor stops, which it does when its journal fails.</summary>
    internal sealed record WatchSupervisor(IActorRef Supervisor, string Journal);
}

/// <summary>How a run ended, with its latest measures.</summary>
/// <param name="End">The end.</param>
/// <param name="Validation">The newest validation; null if there was none.</param>
/// <param name="Window">The newest window of steps; null if there was none.</param>
/// <param name="Checkpoint">Folder of the newest checkpoint that was written.</param>
/// <param name="Panel">The newest panel.</param>
internal sealed record TrainingResult(
    RunEvents.RunEnded End,
    RunEvents.Validated? Validation,
    StepWindow? Window,
    string? Checkpoint,
    string? Panel
);
