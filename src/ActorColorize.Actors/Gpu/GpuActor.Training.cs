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

/// <content>A run: steps, validation, checkpoints.</content>
public sealed partial class GpuActor
{
    private void OpenRun(DeviceCommands.OpenRun command)
    {
        if (_training is { } open && open.Run == command.Run && open.Attempt.Number > command.Attempt.Number)
        {
            _log.Info(
                "an order to open attempt {0} of run {1} came too late: attempt {2} is open",
                command.Attempt,
                command.Run,
                open.Attempt
            );
            return;
        }

        CloseRun();
        LibTorchRuntime.ReleaseFreedMemory();
        var folder = new RunFolder(command.RunFolder);
        var document = RunDocument.Load(folder);
        var configuration = document.Configuration;
        var trainingPictures = DatasetLayout.Open(document.DataRoot, "train");
        var validationPictures = DatasetLayout.Open(document.DataRoot, "val");
        var histogram = ColorHistogramDocument.TryLoad(folder, document.DataHash, configuration.Colors.Bins, configuration.ImageSize)
            ?? throw new RunFolderException($"{folder.Histogram} is missing: start the run again to count the pictures anew");
        var items = histogram.UsableItems(trainingPictures);

        var session = new TrainingSession(
            configuration,
            histogram.ToPrior(),
            document.Seed,
            Compute() with
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
                    _others.Loader,
                    Self,
                    trainingPictures,
                    new TrainingPlan(items, configuration, document.Seed, step),
                    step,
                    TrainingBuffers,
                    _settings.DecodedAtOnceWhileTraining
                ),
                stage => GuardedStep.For(command, folder, document, session, _settings, _others, _supervisor, stage)
            );
            _others.Metrics.Tell(
                new RunEvents.Opened(
                    command.Run,
                    _training.Step,
                    (_settings with { Precision = document.Precision }).ToString(),
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
            _others.Metrics.Tell(new RunEvents.CheckpointRejected(run, rejected.Folder, rejected.Reason))
        );
        if (newest is null && store.CountRejected() is > 0 and var damaged)
        {
            throw new RunFolderException(
                $"none of the run's {damaged} checkpoints can be used (they are kept aside in {folder.Checkpoints}): repair one, delete them to begin again, or choose another --run folder"
            );
        }

        newest?.Entry.RequireSameRun(session.Shape, document.Seed, document.DataHash);
        newest ??= document.InitialCheckpoint is { } initial ? store.Load(initial) : null;
        if (newest is null)
            return null;
        newest.Entry.RequireStartFor(session.Shape);
        session.Import(newest.State);
        _snapshot.Reuse(newest.State);
        return newest.Entry.Folder;
    }

    /// <summary>One turn of the innermost loop. The whole of it, which is spread over several actors, and where to find each line:</summary>
    /// <remarks>
    /// <code>
    ///   session = newest good checkpoint, else the initial one, else a fresh network     OpenRun, Restore
    ///   while step &lt; total and nobody has asked to stop:                                 RunState.Arrived, Copied
    ///     target = next regular checkpoint or total; now, where a timed one is due       RunPlan.NextStop, DeviceCommands.TrainUntil
    ///     while step &lt; target:                                                           ContinueTraining, one turn a message
    ///       batch = next decoded batch; until there is one, return                       BatchFeed, LoaderActor
    ///       step += 1; learn from it, unless quarantined or twice not finite             GuardedStep.Run, TrainingSession.TryTrain
    ///       tell metrics and supervisor what it gave                                     RunEvents.StepMade, DeviceEvents.StepDone
    ///     unless that last step was not finite:
    ///       measure the loss on the validation pictures, paint the panel                 Validate, ValidationPass, PanelWriter
    ///       copy the state out, and train on while it is written                         SaveCheckpoint, SnapshotSlot, CheckpointActor
    ///   save where it stands, unless that is saved, and close                            RunState.End, CloseRun
    /// </code>
    /// A fault of the device begins at the top again, under a new attempt (RunState.DeviceFaulted).
    /// </remarks>
    private void ContinueTraining()
    {
        if (_training is not { Target: { } target } training || _pass is not null)
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
        _others.Metrics.Tell(made);
        foreach (var picture in newlyUnreadable)
            _others.Metrics.Tell(
                new RunEvents.PictureUnreadable(training.Run, training.TrainingPictures.RelativePath(picture.Item), picture.Reason)
            );
        _supervisor.Tell(new DeviceEvents.StepDone(training.Run, training.Attempt, training.Step, notFinite));
        _isProven = true;
        Self.Tell(ContinueTrainingNow.Instance); // by way of the mailbox, so that a command to stop gets its turn
    }

    private void Validate(TrainingOnDevice training)
    {
        var pass = new ValidationPass(training);
        Begin(
            new BatchFeed(_others.Loader, Self, training.ValidationPictures, pass.Plan, 0, PassBuffers, PassBuffers),
            batch =>
            {
                pass.Add(batch);
                if (batch.Number == 0 && pass.Paint(batch) is { } panel)
                    _others.Output.Tell(panel);
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

                _others.Metrics.Tell(validated);
                _supervisor.Tell(
                    new DeviceEvents.ValidationDone(training.Run, training.Attempt, training.Step, validated.Loss, validated.Baseline)
                );
            }
        );
    }

    private void SaveCheckpoint(TrainingOnDevice training, DeviceCommands.SaveCheckpoint command)
    {
        if (_snapshot.IsRented)
        {
            _deferredSave = command;
            return;
        }

        var content = _snapshot.Fill(training, command.ValidationLoss, command.BaselineLoss);
        _others.Checkpoints.Tell(
            new CheckpointActor.Write(training.Folder.Path, content, training.Document.Configuration.KeepLast, training.Guard.Disk)
        );
        training.RestartWaitingClock();
        _supervisor.Tell(new DeviceEvents.SnapshotTaken(training.Run, training.Attempt, training.Step));
    }

    private void Written(CheckpointActor.Written written)
    {
        if (!_snapshot.TakeBack(written.Content))
            return;
        if (_training is not { } training)
        {
            _snapshot.Clear();
            return;
        }

        var (run, step) = (new RunId(written.Content.RunId), new StepNumber(written.Content.State.Step));
        _others.Metrics.Tell(
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

    private void CloseRun()
    {
        _pass?.Feed.Close();
        _pass = null;
        _training?.Dispose();
        _training = null;
        _deferredSave = null;
        _snapshot.Clear();
    }

    /// <summary>Categories that labels name; 0 where no picture has one.</summary>
    private static int Categories(PictureSet pictures) => pictures.HasLabels ? pictures.Categories.Count : 0;
}
