using ActorColorize.Actors.Training;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// The metrics of one run: its metrics.jsonl, its TensorBoard files, and the window of steps since the last line. A full disk delays lines,
/// it does not stop the run; each trouble is told once,
/// until a whole checkpoint shows that the disk is well again.
/// </summary>
internal sealed class RunMetrics : IDisposable
{
    private readonly RunFolder _folder;
    private readonly TrainingConfiguration _configuration;
    private readonly TimeProvider _clock;
    private readonly WindowedStatistics _loss = new();
    private readonly EtaEstimate _eta;
    private readonly Action<string> _onTrouble;
    private readonly HashSet<string> _troubles = [];
    private MetricsLog? _log;
    private TensorBoardEventFile? _board;
    private long _windowStart;
    private double _waitSeconds;
    private long _pictures;

    internal RunMetrics(RunId run, RunFolder folder, TrainingConfiguration configuration, TimeProvider clock, Action<string> onTrouble)
    {
        Run = run;
        _folder = folder;
        _configuration = configuration;
        _clock = clock;
        _onTrouble = onTrouble;
        _eta = new EtaEstimate(configuration.Steps, clock);
    }

    /// <summary>The run.</summary>
    internal RunId Run { get; }

    /// <summary>Resident memory of the device's process; null where that is this one.</summary>
    internal long? DeviceMemory { get; set; }

    /// <summary>
    /// Opens the files at the step that the run goes on from; lines of steps that are about to be made again are dropped.
    /// </summary>
    internal void Begin(RunEvents.Opened opened) =>
        Keep(() =>
        {
            _log?.Dispose();
            _board?.Dispose();
            _log = MetricsLog.Open(_folder.MetricsLog, opened.Step.Value);
            _board = new TensorBoardEventFile(_folder.TensorBoard, opened.Step.Value, _clock);
            OpenWindow();
            Write(
                Event(
                    opened.Step.Value,
                    opened.ResumedFrom is null ? "started" : "resumed",
                    opened.ResumedFrom is { } from ? $"from {from} on {opened.Device}" : $"on {opened.Device}"
                )
            );
        });

    /// <summary>Takes a step; returns the line where it closes a window.</summary>
    internal MetricsEvents.WindowClosed? Add(RunEvents.StepMade made)
    {
        var step = made.Step.Value;
        _loss.Add(made.Loss.PerPixel);
        _pictures += made.Pictures;
        _waitSeconds += made.WaitSeconds;
        _eta.Completed(step);
        if (made.Skipped)
            Add(
                step,
                "skipped_step",
                "nothing was learned from this batch: loss or gradient was not finite, now or before it went into quarantine"
            );
        if (step % _configuration.LogEverySteps != 0 && step != _configuration.Steps)
            return null;

        var seconds = Math.Max(_clock.GetElapsedTime(_windowStart).TotalSeconds, 1e-9);
        var losses = _loss.Take();
        var window = new MetricsEvents.WindowClosed(
            Run,
            made.Epoch,
            made.Step,
            _configuration.Steps,
            losses.Mean,
            losses.Maximum,
            made.LearningRate,
            _pictures / seconds,
            Math.Clamp(_waitSeconds / seconds, 0, 1),
            DeviceMemory ?? Environment.WorkingSet,
            _eta.Remaining
        );
        Keep(() => Write(window, losses.Count, made));
        OpenWindow();
        return window;
    }

    internal void Add(RunEvents.Validated validated) =>
        Keep(() =>
        {
            Write(
                new ValidationLine
                {
                    Step = validated.Step.Value,
                    Time = _clock.GetUtcNow(),
                    Loss = validated.Loss,
                    BaselineLoss = validated.Baseline,
                    Pictures = validated.Pictures,
                    MeanChroma = validated.MeanChroma,
                    TrueMeanChroma = validated.TruthMeanChroma,
                    SceneAccuracy = validated.SceneAccuracy,
                    Seconds = validated.Seconds,
                }
            );
            _board?.AddScalar("loss/validation", validated.Step.Value, validated.Loss);
            _board?.AddScalar("loss/baseline", validated.Step.Value, validated.Baseline);
            _board?.AddScalar("chroma/ours", validated.Step.Value, validated.MeanChroma);
            _board?.AddScalar("chroma/truth", validated.Step.Value, validated.TruthMeanChroma);
            if (validated.SceneAccuracy is { } accuracy)
                _board?.AddScalar("scene accuracy", validated.Step.Value, accuracy);
            OpenWindow(); // validation is not training time
        });

    internal void Add(RunEvents.PanelWritten panel) =>
        Keep(() => _board?.AddImage("panel (grey, ours, truth)", panel.Step.Value, File.ReadAllBytes(panel.Path)));

    /// <summary>Notes what else happened.</summary>
    internal void Add(IWithRunId fact)
    {
        switch (fact)
        {
            case RunEvents.CheckpointSaved saved:
                _troubles.Clear();
                Add(
                    saved.Step.Value,
                    "checkpoint",
                    $"{saved.Folder}; training paused {saved.PauseSeconds:0.000} s, written in {saved.WriteSeconds:0.000} s"
                );
                break;
            case RunEvents.CheckpointFailed failed:
                Add(failed.Step.Value, "checkpoint_failed", failed.Reason);
                break;
            case RunEvents.CheckpointRejected rejected:
                Add(0, "checkpoint_rejected", $"{rejected.Folder}: {rejected.Reason}");
                break;
            case RunEvents.Recovering recovering:
                Add(recovering.Step.Value, "fault", $"{recovering.Cause}: attempt {recovering.Attempt}");
                break;
            case RunEvents.FaultSettled settled:
                Keep(() =>
                    Write(
                        new FaultLine
                        {
                            Step = settled.Step.Value,
                            Time = _clock.GetUtcNow(),
                            Fault = settled.Fault.Kind.ToString(),
                            Cause = settled.Fault.Cause,
                            Action = settled.Action,
                            LostSteps = settled.LostSteps,
                            Seconds = settled.Seconds,
                        }
                    )
                );
                break;
            case RunEvents.PictureUnreadable picture:
                Add(0, "picture_unreadable", $"{picture.Path}: {picture.Reason}");
                break;
            case RunEvents.Ended ended:
                Add(ended.Step.Value, ended.Outcome.ToString().ToLowerInvariant(), ended.Detail);
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() =>
        Keep(() =>
        {
            _log?.Dispose();
            _board?.Dispose();
        });

    private void Write(MetricsEvents.WindowClosed window, int steps, RunEvents.StepMade made)
    {
        Write(
            new TrainLine
            {
                Step = made.Step.Value,
                Time = _clock.GetUtcNow(),
                Epoch = window.Epoch,
                Loss = made.Loss.PerPixel,
                LossSum = made.Loss.Sum,
                LossWeightedMean = made.Loss.WeightedMean,
                LossMean = window.LossMean,
                LossMaximum = window.LossMaximum,
                Steps = steps,
                GradientNorm = made.GradientNorm,
                LearningRate = made.LearningRate,
                PicturesPerSecond = window.PicturesPerSecond,
                DataWaitShare = window.DataWaitShare,
                MemoryBytes = window.ResidentBytes,
                RemainingSeconds = window.Remaining?.TotalSeconds,
                End = _eta.End,
            }
        );
        if (_board is not { } board)
            return;
        board.AddScalar("loss/train", made.Step.Value, window.LossMean);
        board.AddScalar("loss/train_maximum", made.Step.Value, window.LossMaximum);
        board.AddScalar("learning_rate", made.Step.Value, made.LearningRate);
        board.AddScalar("gradient_norm", made.Step.Value, made.GradientNorm);
        board.AddScalar("throughput/pictures_per_second", made.Step.Value, window.PicturesPerSecond);
        board.AddScalar("throughput/data_wait_share", made.Step.Value, window.DataWaitShare);
        board.AddScalar("memory/resident_bytes", made.Step.Value, window.ResidentBytes);
    }

    private void Add(long step, string name, string message) => Keep(() => Write(Event(step, name, message)));

    private EventLine Event(long step, string name, string message) =>
        new()
        {
            Step = step,
            Time = _clock.GetUtcNow(),
            Event = name,
            Message = message,
        };

    private void Write(MetricsLine line) => _log?.Append(line);

    private void OpenWindow()
    {
        (_pictures, _waitSeconds) = (0, 0);
        _windowStart = _clock.GetTimestamp();
    }

    private void Keep(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_troubles.Add(e.Message))
                _onTrouble($"metrics not written: {e.Message}");
        }
    }
}
