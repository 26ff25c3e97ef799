using ActorColorize.Actors.Checkpoints;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Gpu;

/// <summary>The part of a GPU actor that trains a run: steps, validation, checkpoints.</summary>
internal sealed class TrainingHost(GpuDevice device, ILoggingAdapter log)
{
    private const int TrainingBuffers = 4; // one on the device, one waiting, two being decoded

    private readonly SnapshotSlot _snapshot = new();
    private IActorRef _supervisor = ActorRefs.Nobody;
    private TrainingOnDevice? _training;
    private DeviceCommands.SaveCheckpoint? _deferredSave;

    /// <summary>Whether a run is open.</summary>
    internal bool IsOpen => _training is not null;

    /// <summary>Whether steps are to be made.</summary>
    internal bool HasTarget => _training?.Target is not null;

    /// <summary>Runs work on the open run if a command belongs to its attempt; commands of earlier attempts are ignored.</summary>
    internal void WithCurrent(Attempt attempt, IActorRef supervisor, Action<TrainingOnDevice> work)
    {
        _supervisor = supervisor;
        if (_training is { } training && training.Attempt == attempt)
            work(training);
        else
            log.Debug("ignored a command of attempt {0}", attempt);
    }

    /// <summary>Trains until so many steps are completed.</summary>
    internal void TrainUntil(TrainingOnDevice training, StepNumber step)
    {
        training.Target = step;
        training.RestartWaitingClock();
        Continue();
    }

    /// <summary>Takes a batch if it belongs to the run.</summary>
    internal void Offer(ImageBatch batch)
    {
        if (_training?.Feed.Offer(batch) == true)
            Continue();
    }

    /// <summary>Opens the run's stream again after the loader lost it.</summary>
    internal void Reopen() => _training?.Feed.Open();

    /// <summary>The writer of checkpoints crashed.</summary>
    /// <exception cref="InvalidOperationException">It was writing this run's snapshot.</exception>
    internal void WriterCrashed(CheckpointActor.Crashed crashed)
    {
        if (_snapshot.TakeBack(crashed.Content))
            throw new InvalidOperationException($"the checkpoint writer failed: {crashed.Cause}");
    }

    /// <summary>Forgets the run without releasing its tensors, because the device's context is dead.</summary>
    internal void Abandon() => _training = null;

    /// <summary>Opens a run: its newest valid checkpoint, else its initial one, else a new network, which may start
    /// from the weights of a model.</summary>
    /// <param name="command">The run.</param>
    /// <param name="supervisor">Gets the run's events from now on.</param>
    internal void Open(DeviceCommands.OpenRun command, IActorRef supervisor)
    {
        _supervisor = supervisor;
        if (_training is { } open && open.Run == command.Run && open.Attempt.Number > command.Attempt.Number)
        {
            log.Info("ignored a command to open attempt {0} of run {1}: attempt {2} is open", command.Attempt, command.Run, open.Attempt);
            return;
        }

        Close();
        LibTorchRuntime.ReleaseFreedMemory();
        var folder = new RunFolder(command.RunFolder);
        var document = RunDocument.Load(folder);
        var configuration = document.Configuration;
        var trainingPictures = document.OpenPictures("train");
        var validationPictures = document.OpenPictures("val");
        var histogram = ColorHistogramDocument.TryLoad(folder, document.DataHash, configuration.Colors.Bins, configuration.ImageSize)
            ?? throw new RunFolderException($"{folder.Histogram} is missing: start the run again to count the colours");
        var items = histogram.UsableItems(trainingPictures);

        var session = new TrainingSession(
            configuration,
            histogram.ToPrior(document.Shares),
            document.Seed,
            device.Compute() with
            {
                Precision = document.Precision,
            },
            Categories(trainingPictures)
        );
        try
        {
            var resumedFrom = Restore(command.Run, folder, document, session);
            _training = new TrainingOnDevice(
                command.Run,
                command.Attempt,
                folder,
                document,
                trainingPictures,
                validationPictures,
                items.Length,
                session,
                step => new BatchFeed(
                    device.Others.Loader,
                    device.Self,
                    trainingPictures,
                    document.PlanBatches(trainingPictures, items, step),
                    step,
                    TrainingBuffers,
                    device.Settings.DecodedAtOnceWhileTraining
                ),
                stage => GuardedStep.For(command, folder, document, session, device.Settings, device.Others, _supervisor, stage)
            );
            device.Others.Metrics.Tell(
                new RunEvents.Opened(
                    command.Run,
                    _training.Step,
                    (device.Settings with { Precision = document.Precision }).ToString(),
                    resumedFrom
                )
            );
            _supervisor.Tell(new DeviceEvents.RunOpened(command.Run, command.Attempt, _training.Step));
            _training.Feed.Open();
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private string? Restore(RunId run, RunFolder folder, RunDocument document, TrainingSession session)
    {
        var store = new CheckpointStore(folder.Path, run.Value);
        var newest = store.LoadNewest(rejected =>
            device.Others.Metrics.Tell(new RunEvents.CheckpointRejected(run, rejected.Folder, rejected.Reason))
        );
        if (newest is null && store.CountRejected() is > 0 and var damaged)
        {
            throw new RunFolderException(
                $"none of the run's {damaged} checkpoints can be used (they are kept in {folder.Checkpoints}): repair one, delete them to "
                    + "start from the beginning, or choose another --run folder"
            );
        }

        newest?.Entry.RequireSameRun(session.Shape, document.Seed, document.DataHash);
        newest ??= document.InitialCheckpoint is { } initial ? store.Load(initial) : null;
        if (newest is null)
        {
            if (document.InitialWeights is { } weights)
                log.Info("run {0} starts from {1}; new: {2}", run, weights.Path, string.Join(", ", session.Initialize(weights.Load())));
            return null;
        }

        newest.Entry.RequireStartFor(session.Shape);
        session.Import(newest.State);
        _snapshot.Reuse(newest.State);
        return newest.Entry.Folder;
    }

    /// <summary>
    /// One turn of the innermost loop. The whole of it, which is spread over several actors, and where to find each line:
    /// </summary>
    /// <remarks>
    /// <code>
    ///   session = newest good checkpoint, else the initial one, else a new network       Open, Restore
    ///   while step &lt; total and nobody has asked to stop:                                 RunState.Arrived, Copied
    ///     target = next regular checkpoint or total; now, where a timed one is due       RunPlan.NextStop, DeviceCommands.TrainUntil
    ///     while step &lt; target:                                                           Continue, one turn a message
    ///       batch = next decoded batch; until there is one, return                       BatchFeed, LoaderActor
    ///       step += 1; learn from it, unless quarantined or twice not finite             GuardedStep.Run, TrainingSession.TryTrain
    ///       tell metrics and supervisor what it gave                                     RunEvents.StepMade, DeviceEvents.StepDone
    ///     unless that last step was not finite:
    ///       measure the loss on the validation pictures, paint the panel                 Validate, ValidationPass, PanelWriter
    ///       copy the state out, and train on while it is written                         SaveCheckpoint, SnapshotSlot, CheckpointActor
    ///   save where it stands, unless that is saved, and close                            RunState.End, Close
    /// </code>
    /// A fault of the device begins at the top again, under a new attempt (RunState.DeviceFaulted).
    /// </remarks>
    internal void Continue()
    {
        if (_training is not { Target: { } target } training || device.IsPassing)
            return;
        if (training.Step >= target)
        {
            training.Target = null;
            _supervisor.Tell(new DeviceEvents.WaitingAt(training.Run, training.Attempt, training.Step));
            return;
        }

        training.EnterStage();
        if (training.TryStep(out var notFinite, out var newlyUnreadable) is not { } made)
            return;
        device.Others.Metrics.Tell(made);
        foreach (var picture in newlyUnreadable)
            device.Others.Metrics.Tell(
                new RunEvents.PictureUnreadable(training.Run, training.TrainingPictures.RelativePath(picture.Item), picture.Reason)
            );
        _supervisor.Tell(new DeviceEvents.StepDone(training.Run, training.Attempt, training.Step, notFinite));
        device.IsProven = true;
        device.Self.Tell(TrainingTurn.Instance); // through the mailbox, so that a stop command is processed in between
    }

    /// <summary>Measures the loss on the validation pictures and draws the panel.</summary>
    internal void Validate(TrainingOnDevice training)
    {
        var pass = new ValidationPass(training);
        device.BeginPass(
            training.ValidationPictures,
            pass.Plan,
            batch =>
            {
                pass.Add(batch);
                if (batch.Number == 0 && pass.Paint(batch) is { } panel)
                    device.Others.Output.Tell(panel);
            },
            () =>
            {
                training.RestartWaitingClock();
                if (pass.Result() is not { } validated)
                {
                    _supervisor.Tell(
                        new DeviceEvents.Refused(
                            training.Run,
                            training.Attempt,
                            $"no validation picture in {training.ValidationPictures.Root} can be read"
                        )
                    );
                    return;
                }

                device.Others.Metrics.Tell(validated);
                _supervisor.Tell(
                    new DeviceEvents.ValidationDone(training.Run, training.Attempt, training.Step, validated.Loss, validated.Baseline)
                );
            }
        );
    }

    /// <summary>Takes a snapshot and has it written while training continues; waits if the last one is still being written.</summary>
    internal void SaveCheckpoint(TrainingOnDevice training, DeviceCommands.SaveCheckpoint command)
    {
        if (_snapshot.IsRented)
        {
            _deferredSave = command;
            return;
        }

        var content = _snapshot.Fill(training, command.ValidationLoss, command.BaselineLoss);
        device.Others.Checkpoints.Tell(
            new CheckpointActor.Write(training.Folder.Path, content, training.Document.Configuration.KeepLast, training.Guard.Disk)
        );
        training.RestartWaitingClock();
        _supervisor.Tell(new DeviceEvents.SnapshotTaken(training.Run, training.Attempt, training.Step));
    }

    /// <summary>A checkpoint was written, or could not be; its snapshot is free again.</summary>
    internal void Written(CheckpointActor.Written written)
    {
        if (!_snapshot.TakeBack(written.Content))
            return;
        if (_training is not { } training)
        {
            _snapshot.Clear();
            return;
        }

        var (run, step) = (new RunId(written.Content.RunId), new StepNumber(written.Content.State.Step));
        device.Others.Metrics.Tell(
            written.Folder is { } folder
                ? new RunEvents.CheckpointSaved(run, step, folder, _snapshot.PauseSeconds, written.Seconds)
                : new RunEvents.CheckpointFailed(run, step, written.Failure!)
        );
        _supervisor.Tell(new DeviceEvents.CheckpointWritten(run, _snapshot.Attempt, step, written.Failure));
        if (_deferredSave is not { } deferred)
            return;
        _deferredSave = null;
        SaveCheckpoint(training, deferred);
    }

    /// <summary>Releases the run, and abandons a pass that is running.</summary>
    internal void Close()
    {
        device.ClosePass();
        _training?.Dispose();
        _training = null;
        _deferredSave = null;
        _snapshot.Clear();
    }

    /// <summary>Categories that labels name; 0 where no picture has one.</summary>
    private static int Categories(PictureSet pictures) => pictures.HasLabels ? pictures.Categories.Count : 0;
}

/// <summary>A training step is due, unless something else came first.</summary>
internal sealed class TrainingTurn
{
    internal static readonly TrainingTurn Instance = new();
}
