using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// The metrics of one run: its metrics.jsonl, its TensorBoard files, and the window of steps since the last line. A full disk delays lines,
/// and any other error loses them: errors do not stop the run and are not thrown to the caller. Each error is reported once, until a
/// successful checkpoint shows that the disk works again.
/// </summary>
internal sealed class RunMetrics : IDisposable
{
    private readonly RunFolder _folder;
    private readonly TrainingConfiguration _configuration;
    private readonly TimeProvider _clock;
    private readonly WindowedStatistics _loss = new();
    private readonly EtaEstimate _eta;
    private readonly Action<Exception> _report;
    private readonly Func<string, AppendLog> _openLog;
    private readonly HashSet<(Type, string)> _reported = [];
    private MetricsLog? _log;
    private TensorBoardEventFile? _board;
    private long _windowStart;
    private double _waitSeconds;
    private long _pictures;

    /// <param name="run">The run.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="configuration">How it trains.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="report">Called with each error.</param>
    /// <param name="openLog">Opens a file of lines; null for the local disk.</param>
    internal RunMetrics(
        RunId run,
        RunFolder folder,
        TrainingConfiguration configuration,
        TimeProvider clock,
        Action<Exception> report,
        Func<string, AppendLog>? openLog = null
    )
    {
        Run = run;
        _folder = folder;
        _configuration = configuration;
        _clock = clock;
        _report = report;
        _openLog = openLog ?? (static path => new AppendLog(path));
        _eta = new EtaEstimate(configuration.Steps, clock);
    }

    /// <summary>The run.</summary>
    internal RunId Run { get; }

    /// <summary>Resident memory of the device's process; null if it is this process.</summary>
    internal long? DeviceMemory { get; set; }

    /// <summary>
    /// Opens the files at the step from which the run resumes; lines of steps that are about to be repeated are dropped. Files that were
    /// open before are replaced, even if closing them fails.
    /// </summary>
    internal void Begin(RunEvents.Opened opened)
    {
        Dispose();
        Keep(() => _log = MetricsLog.Open(_folder.MetricsLog, opened.Step.Value, _openLog));
        Keep(() => _board = new TensorBoardEventFile(_folder.TensorBoard, opened.Step.Value, _clock));
        OpenWindow();
        Add(
            opened.Step.Value,
            opened.ResumedFrom is null ? "started" : "resumed",
            opened.ResumedFrom is { } from ? $"from {from} on {opened.Device}" : $"on {opened.Device}"
        );
    }

    /// <summary>Adds a step; returns the closed window if the step completes one.</summary>
    internal MetricsEvents.WindowClosed? Add(RunEvents.StepMade made)
    {
        var (result, step) = (made.Result, made.Result.Step);
        _loss.Add(result.LossPerPixel);
        _pictures += result.Pictures;
        _waitSeconds += made.WaitSeconds;
        _eta.Completed(step);
        if (result.Skipped)
            Add(step, "skipped_step", "this batch was skipped: loss or gradient was not finite, now or before it was quarantined");
        if (step % _configuration.LogEverySteps != 0 && step != _configuration.Steps)
            return null;

        var seconds = Math.Max(_clock.GetElapsedTime(_windowStart).TotalSeconds, 1e-9);
        var losses = _loss.Take();
        var window = new StepWindow(
            made.Epoch,
            losses.Mean,
            losses.Maximum,
            result.LearningRate,
            _pictures / seconds,
            Math.Clamp(_waitSeconds / seconds, 0, 1),
            DeviceMemory ?? Environment.WorkingSet,
            _eta.Remaining
        );
        Keep(() => Write(TrainLine.Of(result, window, losses.Count, _clock.GetUtcNow(), _eta.End)));
        Keep(() => Draw(result, window));
        OpenWindow();
        return new MetricsEvents.WindowClosed(Run, new StepNumber(step), window);
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
                    OurColors = validated.OurColors,
                    TrueColors = validated.TrueColors,
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

    /// <summary>Adds any other event.</summary>
    internal void Add(IWithRunId fact)
    {
        switch (fact)
        {
            case RunEvents.CheckpointSaved saved:
                _reported.Clear();
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
            case RunEvents.RunEnded ended:
                Add(ended.Step.Value, ended.Outcome.ToString().ToLowerInvariant(), ended.Detail);
                break;
        }
    }

    /// <summary>Writes buffered data and closes the files; idempotent.</summary>
    public void Dispose()
    {
        var (log, board) = (_log, _board);
        (_log, _board) = (null, null);
        Keep(() => log?.Dispose());
        Keep(() => board?.Dispose());
    }

    private void Draw(StepResult step, StepWindow window)
    {
        if (_board is not { } board)
            return;
        board.AddScalar("loss/train", step.Step, window.LossMean);
        board.AddScalar("loss/train_maximum", step.Step, window.LossMaximum);
        board.AddScalar("learning_rate", step.Step, step.LearningRate);
        board.AddScalar("gradient_norm", step.Step, step.GradientNorm);
        board.AddScalar("throughput/pictures_per_second", step.Step, window.PicturesPerSecond);
        board.AddScalar("throughput/data_wait_share", step.Step, window.DataWaitShare);
        board.AddScalar("memory/resident_bytes", step.Step, window.ResidentBytes);
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

    /// <summary>
    /// Errors of the metrics files are reported here and not thrown: the sender of an event is not responsible for the disk, and an actor
    /// that failed because of it would forget the watchers of the run.
    /// </summary>
    private void Keep(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e)
        {
            if (_reported.Add((e.GetType(), e.Message)))
                _report(e);
        }
    }
}
