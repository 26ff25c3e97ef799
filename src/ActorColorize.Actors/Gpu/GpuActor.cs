using ActorColorize.Actors.Checkpoints;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// Owns the device: the network, the optimizer and every tensor live and die on this actor's pinned thread. It trains when told how far,
/// waits at step boundaries, and does everything else there: validation, snapshots, inference. What it cannot do (a wrong configuration, a checkpoint
/// of another network) it refuses in one line; any other failure crashes it, and its supervisor goes back to the newest checkpoint.
/// </summary>
public sealed partial class GpuActor : ReceiveActor
{
    private const int TrainingBuffers = 4; // one on the device, one waiting, two being decoded
    private const int SweepBuffers = 3;
    private const int MaximumLossesWithoutBatch = 3;

    private readonly DeviceSettings _settings;
    private readonly DeviceActors _others;
    private readonly DevicePulse _pulse;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ComputeSettings? _compute;
    private IActorRef _supervisor = ActorRefs.Nobody;
    private TrainingOnDevice? _training;
    private Sweep? _sweep;
    private Colorizer? _colorizer;
    private readonly SnapshotSlot _snapshot = new();
    private EvaluationPass? _evaluation;
    private DeviceCommands.SaveCheckpoint? _deferredSave;
    private int _lossesWithoutBatch;
    private bool _isProven;

    /// <summary>A GPU actor that has touched no device yet.</summary>
    /// <param name="settings">The device.</param>
    /// <param name="others">The actors that it works with.</param>
    /// <param name="pulse">Says to other threads what this one is at.</param>
    public GpuActor(DeviceSettings settings, DeviceActors others, DevicePulse pulse)
    {
        _settings = settings;
        _others = others;
        _pulse = pulse;
        _turns = new DeviceTurns(settings.ColouringShare);

        Receive<DeviceCommands.TakeCensus>(command => Try(command, command.Attempt, () => TakeCensus(command)));
        Receive<DeviceCommands.OpenRun>(command => Try(command, command.Attempt, () => OpenRun(command)));
        Receive<DeviceCommands.TrainUntil>(command => Current(command.Attempt, training =>
        {
            training.Target = command.Step;
            training.RestartWaitingClock();
            ContinueTraining();
        }));
        Receive<DeviceCommands.Validate>(command => Current(command.Attempt, Validate));
        Receive<DeviceCommands.SaveCheckpoint>(command => Current(command.Attempt, training => SaveCheckpoint(training, command)));
        Receive<DeviceCommands.CloseRun>(_ => CloseRun());
        Receive<GpuCommands.OpenModel>(OpenModel);
        Receive<GpuCommands.Colorize>(Colorize);
        Receive<GpuCommands.Evaluate>(Evaluate);

        Receive<ImageBatch>(batch =>
        {
            _lossesWithoutBatch = 0;
            if (_sweep?.Feed.Offer(batch) == true) ContinueSweep();
            else if (_training?.Feed.Offer(batch) == true) ContinueTraining();
        });
        Receive<LoaderEvents.StreamEnded>(_ => { }); // the number of batches says it already
        Receive<LoaderEvents.StreamsLost>(lost =>
        {
            if (++_lossesWithoutBatch == MaximumLossesWithoutBatch)
                throw new LoaderException(new InvalidOperationException($"failed {_lossesWithoutBatch} times in a row: {lost.Cause}"));
            _sweep?.Feed.Open();
            _training?.Feed.Open();
        });
        Receive<ContinueTrainingNow>(_ => ContinueTraining());
        Receive<CheckpointActor.Written>(Written);
        Receive<CheckpointActor.Crashed>(crashed =>
        {
            if (_snapshot.TakeBack(crashed.Content)) throw new InvalidOperationException($"the writer of checkpoints failed: {crashed.Cause}");
        });
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is DeviceCommands.TakeCensus or DeviceCommands.OpenRun or GpuCommands.OpenModel or GpuCommands.Evaluate) _isProven = false;
        _pulse.Beat(_isProven ? DeviceActivity.Working : DeviceActivity.Preparing);
        try
        {
            return InTurn(message, () => base.AroundReceive(receive, message));
        }
        finally
        {
            _pulse.Beat(_sweep is not null || _training?.Target is not null ? DeviceActivity.WaitingForPictures : DeviceActivity.Idle);
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        CloseRun();
        _colorizer?.Dispose();
        _evaluation?.Dispose();
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        // A context that is dead fails each further call, and a tensor that is let go of is one: LibTorch ends the process where that goes wrong. What is left stays until the process is replaced.
        if (_settings.Device.Name != "cpu" && DeviceFaultClassifier.Of(reason).Kind == DeviceFaultKind.Sticky) (_training, _colorizer) = (null, null);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new GpuEvents.GpuLost(DeviceFaultClassifier.Of(reason)));
    }

    // ---- counting colour bins

    private void TakeCensus(DeviceCommands.TakeCensus command)
    {
        var folder = new RunFolder(command.RunFolder);
        var document = RunDocument.Load(folder);
        var side = document.Configuration.ImageSize;
        var pictures = DatasetLayout.Open(document.DataRoot, "train");
        if (pictures.Hash != document.DataHash)
            throw new RunFolderException($"the pictures in {document.DataRoot} are not those that the run was started with: start a new run folder, or put them back");
        var bins = document.Configuration.Colors.ToBins();
        if (CensusDocument.TryLoad(folder, document.DataHash, bins.Name, side) is { } known)
        {
            Announce(command, known, pictures, fromCache: true);
            return;
        }

        var counting = new BinCounting(pictures, bins, side, Compute().Device);
        Begin(
            new BatchFeed(_others.Loader, Self, pictures, counting.Plan, 0, SweepBuffers, SweepBuffers),
            batch =>
            {
                counting.Add(batch);
                foreach (var picture in batch.Unreadable)
                    _others.Metrics.Tell(new RunEvents.PictureUnreadable(command.Run, pictures.RelativePath(picture.Item), picture.Reason));
                _others.Metrics.Tell(new RunEvents.CensusProgressed(command.Run, counting.Looked, pictures.Count));
            },
            () =>
            {
                var census = new CensusDocument(document.DataHash, bins.Name, side, counting.Counts, counting.Unreadable, counting.Monochrome);
                try
                {
                    census.Save(folder);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    _supervisor.Tell(new DeviceEvents.Refused(command.Run, command.Attempt, e.Message));
                    return;
                }

                Announce(command, census, pictures, fromCache: false);
            });
    }

    private void Announce(DeviceCommands.TakeCensus command, CensusDocument census, PictureSet pictures, bool fromCache)
    {
        var used = pictures.Count - census.Unreadable.Count - census.Monochrome.Count;
        if (used == 0)
        {
            _supervisor.Tell(new DeviceEvents.Refused(command.Run, command.Attempt,
                $"no picture in {pictures.Root} can be trained on: {census.Unreadable.Count} cannot be read, {census.Monochrome.Count} have no colour"));
            return;
        }

        var prior = census.ToPrior();
        _others.Metrics.Tell(new RunEvents.CensusCompleted(
            command.Run, used, census.Unreadable.Count, census.Monochrome.Count, prior.OccurringBins, prior.Counts.Length, prior.EntropyNats, fromCache));
        _supervisor.Tell(new DeviceEvents.CensusTaken(command.Run, command.Attempt));
    }

    // ---- training

    private void OpenRun(DeviceCommands.OpenRun command)
    {
        CloseRun();
        var folder = new RunFolder(command.RunFolder);
        var document = RunDocument.Load(folder);
        var configuration = document.Configuration;
        var trainingPictures = DatasetLayout.Open(document.DataRoot, "train");
        var validationPictures = DatasetLayout.Open(document.DataRoot, "val");
        var census = CensusDocument.TryLoad(folder, document.DataHash, configuration.Colors.Bins, configuration.ImageSize)
            ?? throw new RunFolderException($"{folder.Census} is missing: start the run again to count the pictures anew");
        var items = census.UsableItems(trainingPictures);

        var session = new TrainingSession(configuration, census.ToPrior(), document.Seed, Compute() with { Precision = document.Precision }, Categories(trainingPictures));
        try
        {
            var resumedFrom = Restore(command.Run, folder, document, session);
            var plan = new TrainingPlan(items, configuration.BatchSize, configuration.ImageSize, document.Seed, configuration.Augmentation);
            var feed = new BatchFeed(_others.Loader, Self, trainingPictures, plan, session.CompletedSteps, TrainingBuffers, _settings.DecodedAtOnceWhileTraining);
            var guard = GuardedStep.For(command, folder, document, session, _settings, _others, _supervisor);
            _training = new TrainingOnDevice(command.Run, command.Attempt, folder, document, trainingPictures, validationPictures, items.Length, session, feed, guard);
            _others.Metrics.Tell(new RunEvents.Opened(command.Run, _training.Step, (_settings with { Precision = document.Precision }).ToString(), resumedFrom));
            _supervisor.Tell(new DeviceEvents.RunOpened(command.Run, command.Attempt, _training.Step));
            feed.Open();
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
        var newest = store.LoadNewest(rejected => _others.Metrics.Tell(new RunEvents.CheckpointRejected(run, rejected.Folder, rejected.Reason)));
        if (newest is null && store.CountRejected() is > 0 and var damaged)
        {
            throw new RunFolderException(
                $"none of the run's {damaged} checkpoints can be used (they are kept aside in {folder.Checkpoints}): mend one, delete them to begin again, or choose another --run folder");
        }

        newest?.Entry.RequireSameRun(session.Shape, document.Seed, document.DataHash);
        newest ??= document.InitialCheckpoint is { } initial ? store.Load(initial) : null;
        if (newest is null) return null;
        newest.Entry.RequireNetwork(session.Shape);
        session.Import(newest.State);
        _snapshot.Reuse(newest.State);
        return newest.Entry.Folder;
    }

    private void ContinueTraining()
    {
        if (_training is not { Target: { } target } training || _sweep is not null) return;
        if (training.Step >= target)
        {
            training.Target = null;
            _supervisor.Tell(new DeviceEvents.WaitingAt(training.Run, training.Attempt, training.Step));
            return;
        }

        if (training.TryStep() is not { } made) return;
        _others.Metrics.Tell(made.Figures);
        foreach (var picture in made.NewlyUnreadable)
            _others.Metrics.Tell(new RunEvents.PictureUnreadable(training.Run, training.TrainingPictures.RelativePath(picture.Item), picture.Reason));
        _supervisor.Tell(new DeviceEvents.StepDone(training.Run, training.Attempt, training.Step, made.NotFinite));
        _isProven = true;
        Self.Tell(ContinueTrainingNow.Instance); // by way of the mailbox, so that a command to stop gets its turn
    }

    private void Validate(TrainingOnDevice training)
    {
        var pass = new ValidationPass(training);
        Begin(
            new BatchFeed(_others.Loader, Self, training.ValidationPictures, pass.Plan, 0, SweepBuffers, SweepBuffers),
            batch =>
            {
                pass.Add(batch);
                if (batch.Number == 0 && pass.Paint(batch) is { } panel) _others.Output.Tell(panel);
            },
            () =>
            {
                training.RestartWaitingClock();
                if (pass.Result() is not { } validated)
                {
                    _supervisor.Tell(new DeviceEvents.Refused(training.Run, training.Attempt, $"no validation picture in {training.ValidationPictures.Root} can be read"));
                    return;
                }

                _others.Metrics.Tell(validated);
                _supervisor.Tell(new DeviceEvents.ValidationDone(training.Run, training.Attempt, training.Step, validated.Loss, validated.Baseline));
            });
    }

    private void SaveCheckpoint(TrainingOnDevice training, DeviceCommands.SaveCheckpoint command)
    {
        if (_snapshot.IsLent)
        {
            _deferredSave = command;
            return;
        }

        var content = _snapshot.Fill(training, command.ValidationLoss, command.BaselineLoss);
        _others.Checkpoints.Tell(new CheckpointActor.Write(training.Folder.Path, content, training.Document.Configuration.KeepLast, training.Guard.Disk));
        training.RestartWaitingClock();
        _supervisor.Tell(new DeviceEvents.SnapshotTaken(training.Run, training.Attempt, training.Step));
    }

    private void Written(CheckpointActor.Written written)
    {
        if (!_snapshot.TakeBack(written.Content)) return;
        if (_training is not { } training)
        {
            _snapshot.Clear();
            return;
        }

        var (run, step) = (new RunId(written.Content.RunId), new StepNumber(written.Content.State.Step));
        _others.Metrics.Tell(written.Folder is { } folder
            ? new RunEvents.CheckpointSaved(run, step, folder, _snapshot.PauseSeconds, written.Seconds)
            : new RunEvents.CheckpointFailed(run, step, written.Failure!));
        _supervisor.Tell(new DeviceEvents.CheckpointWritten(run, _snapshot.Attempt, step, written.Failure));
        if (_deferredSave is not { } deferred) return;
        _deferredSave = null;
        SaveCheckpoint(training, deferred);
    }

    private void CloseRun()
    {
        _sweep?.Feed.Close();
        _sweep = null;
        _training?.Dispose();
        _training = null;
        _deferredSave = null;
        _snapshot.Clear();
    }

    // ---- colorizing and measuring

    private void OpenModel(GpuCommands.OpenModel command)
    {
        try
        {
            _colorizer?.Dispose();
            _colorizer = Load(command.Path);
            Sender.Tell(new GpuEvents.ModelOpened(command.Path, _settings.ToString()));
        }
        catch (Exception e) when (IsRefusal(e))
        {
            Sender.Tell(new GpuEvents.ModelRefused(command.Path, e.Message));
        }
    }

    private void Colorize(GpuCommands.Colorize command)
    {
        if (_colorizer is null) return; // after a crash: the asker opens the model and asks again
        var (width, height) = (command.Thumbnails[0].Width, command.Thumbnails[0].Height);
        var pictureBytes = width * height * 3;
        var rgb_BHWC = new byte[command.BatchSize * pictureBytes];
        for (var i = 0; i < command.Thumbnails.Count; i++) command.Thumbnails[i].Rgb_HWC.CopyTo(rgb_BHWC, i * pictureBytes);
        var ab = _colorizer.PredictAb(rgb_BHWC, command.BatchSize, height, width, command.Decoding);
        _isProven = true;
        var planeFloats = 2 * (height / 4) * (width / 4);
        Sender.Tell(new GpuEvents.Colorized(
            command.Batch,
            [.. command.Thumbnails.Select((_, i) => new AbPlane(width / 4, height / 4, ab[(i * planeFloats)..((i + 1) * planeFloats)]))]));
    }

    private void Evaluate(GpuCommands.Evaluate command)
    {
        _evaluation?.Dispose();
        _evaluation = null;
        var models = new List<Colorizer>();
        foreach (var model in command.Models)
        {
            try
            {
                models.Add(Load(model.Path));
            }
            catch (Exception e) when (IsRefusal(e))
            {
                foreach (var loaded in models) loaded.Dispose();
                command.ReplyTo.Tell(new GpuEvents.ModelRefused(model.Path, e.Message));
                return;
            }
        }

        _evaluation = new EvaluationPass(command, models, Compute().Device);
        CountThenMeasure(command, _evaluation);
    }

    private void CountThenMeasure(GpuCommands.Evaluate command, EvaluationPass pass) => Begin(
        new BatchFeed(_others.Loader, Self, command.PriorPictures, pass.CountingPlan, 0, SweepBuffers, SweepBuffers),
        batch =>
        {
            pass.Count(batch);
            command.ReplyTo.Tell(new GpuEvents.EvaluationProgressed("counting colours", pass.Counted, command.PriorPictures.Count));
        },
        () =>
        {
            if (pass.TryBeginMeasuring()) Measure(command, pass);
            else EndEvaluation(command.ReplyTo, new GpuEvents.ModelRefused(command.Models[0].Path, $"no picture in {command.PriorPictures.Root} has colour that could be read"));
        });

    private void Measure(GpuCommands.Evaluate command, EvaluationPass pass) => Begin(
        new BatchFeed(_others.Loader, Self, command.Pictures, pass.MeasuringPlan, 0, SweepBuffers, SweepBuffers),
        batch =>
        {
            pass.Measure(batch);
            command.ReplyTo.Tell(new GpuEvents.EvaluationProgressed("measuring", pass.Measured, command.Pictures.Count));
        },
        () => EndEvaluation(command.ReplyTo, (object?)pass.Result() ?? new GpuEvents.ModelRefused(command.Models[0].Path, $"no picture in {command.Pictures.Root} can be read")));

    private void EndEvaluation(IActorRef evaluator, object answer)
    {
        evaluator.Tell(answer);
        _evaluation?.Dispose();
        _evaluation = null;
    }

    private Colorizer Load(string path)
    {
        var model = ModelLocator.Resolve(path);
        return new Colorizer(model.Network, model.Tensors, Compute(), model.Colors);
    }

    // ---- what all of these need

    /// <summary>Categories that labels name; 0 where no picture has one.</summary>
    private static int Categories(PictureSet pictures) => pictures.HasLabels ? pictures.Categories.Count : 0;

    private void Begin(BatchFeed feed, Action<ImageBatch> onBatch, Action onEnd)
    {
        _sweep?.Feed.Close();
        _sweep = new Sweep(feed, onBatch, onEnd);
        feed.Open();
    }

    private void ContinueSweep()
    {
        while (_sweep is { } sweep && sweep.Feed.TryTake(out var batch))
        {
            sweep.OnBatch(batch);
            _pulse.Beat();
            _isProven = true;
            sweep.Feed.HandBack(batch);
            if (!sweep.Feed.AtEnd) continue;
            sweep.Feed.Close();
            _sweep = null;
            sweep.OnEnd();
        }
    }

    /// <summary>Touches the device at first need, on this actor's own thread.</summary>
    private ComputeSettings Compute() => _compute ??= ComputeSetup.Prepare(_settings, _pulse, avoided => _others.Metrics.Tell(avoided));

    private void Try(IWithRunId command, Attempt attempt, Action work)
    {
        _supervisor = Sender;
        try
        {
            work();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            _supervisor.Tell(new DeviceEvents.Refused(command.Run, attempt, e.Message));
        }
    }

    private void Current(Attempt attempt, Action<TrainingOnDevice> work)
    {
        _supervisor = Sender;
        if (_training is { } training && training.Attempt == attempt) work(training);
        else _log.Debug("a command of attempt {0} came too late", attempt);
    }

    /// <summary>Failures that the user has to mend; trying again would not help.</summary>
    private static bool IsRefusal(Exception e) =>
        e is DatasetException or ConfigurationException or CheckpointException or NetworkMismatchException or RunFolderException or DeviceException;

    private sealed class ContinueTrainingNow
    {
        internal static readonly ContinueTrainingNow Instance = new();
    }
}
