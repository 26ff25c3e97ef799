using System.Diagnostics;
using ActorColorize.Actors.Checkpoints;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Output;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Evaluation;
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
public sealed class GpuActor : ReceiveActor
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
            if (++_lossesWithoutBatch == MaximumLossesWithoutBatch) throw new InvalidOperationException($"the loader failed {_lossesWithoutBatch} times in a row: {lost.Cause}");
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
            return base.AroundReceive(receive, message);
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
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new GpuEvents.GpuLost($"{reason.GetType().Name}: {reason.Message.ReplaceLineEndings(" ")}"));
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

        var session = new TrainingSession(configuration, census.ToPrior(), document.Seed, Compute(), Categories(trainingPictures));
        try
        {
            var resumedFrom = Restore(command.Run, folder, document, session);
            var plan = new TrainingPlan(items, configuration.BatchSize, configuration.ImageSize, document.Seed, configuration.Augmentation);
            var feed = new BatchFeed(_others.Loader, Self, trainingPictures, plan, session.CompletedSteps, TrainingBuffers, _settings.DecodedAtOnceWhileTraining);
            _training = new TrainingOnDevice(command.Run, command.Attempt, folder, document, trainingPictures, validationPictures, items.Length, session, feed);
            _others.Metrics.Tell(new RunEvents.Opened(command.Run, _training.Step, _settings.ToString(), resumedFrom));
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

        if (!training.TryStep(out var made, out var newlyUnreadable)) return;
        _others.Metrics.Tell(made);
        foreach (var picture in newlyUnreadable)
            _others.Metrics.Tell(new RunEvents.PictureUnreadable(training.Run, training.TrainingPictures.RelativePath(picture.Item), picture.Reason));
        _supervisor.Tell(new DeviceEvents.StepDone(training.Run, training.Attempt, training.Step));
        _isProven = true;
        Self.Tell(ContinueTrainingNow.Instance); // by way of the mailbox, so that a command to stop gets its turn
    }

    private void Validate(TrainingOnDevice training)
    {
        var configuration = training.Document.Configuration;
        var pictures = training.ValidationPictures;
        var order = new EpochOrder(pictures.Count, training.Document.Seed);
        int[] items = [.. Enumerable.Range(0, Math.Min(configuration.ValidationPictures, pictures.Count)).Select(position => order.ItemAt(0, position))];
        var plan = new OrderedPlan(items, configuration.BatchSize, configuration.ImageSize, leavesOutMonochrome: false);
        var session = training.Session;
        ValidationResult? total = null;
        var clock = Stopwatch.StartNew();
        Begin(
            new BatchFeed(_others.Loader, Self, pictures, plan, 0, SweepBuffers, SweepBuffers),
            batch =>
            {
                if (batch.Items.Count == 0) return;
                var result = session.Validate(batch.Rgb_BHWC, batch.Items.Count, batch.Side, batch.Labels(pictures));
                total = total is null ? result : total + result;
                if (batch.Number == 0) PaintPanel(training, batch);
            },
            () =>
            {
                training.RestartWaitingClock();
                if (total is null)
                {
                    _supervisor.Tell(new DeviceEvents.Refused(training.Run, training.Attempt, $"no validation picture in {pictures.Root} can be read"));
                    return;
                }

                var baseline = total.BaselineLoss;
                _others.Metrics.Tell(new RunEvents.Validated(
                    training.Run, training.Step, total.LossPerPixel, baseline, total.MeanChroma, total.MeanTruthChroma, total.Pictures, clock.Elapsed.TotalSeconds, total.SceneAccuracy));
                _supervisor.Tell(new DeviceEvents.ValidationDone(training.Run, training.Attempt, training.Step, total.LossPerPixel, baseline));
            });
    }

    private void PaintPanel(TrainingOnDevice training, ImageBatch batch)
    {
        var count = Math.Min(training.Document.Configuration.PanelPictures, batch.Items.Count);
        if (count == 0) return;
        var side = batch.Side;
        var bytes = side * side * 3;
        var rgb_BHWC = batch.Rgb_BHWC[..(count * bytes)];
        var painted = training.Session.Paint(rgb_BHWC, count, side);
        var grey = training.Session.PaintGrey(rgb_BHWC, count, side);
        var rows = new List<IReadOnlyList<byte[]>>(count);
        for (var i = 0; i < count; i++)
            rows.Add([grey[(i * bytes)..((i + 1) * bytes)], painted[(i * bytes)..((i + 1) * bytes)], rgb_BHWC.Slice(i * bytes, bytes).ToArray()]);
        _others.Output.Tell(new OutputCommands.WritePanel(training.Run, training.Step, training.Folder.Panel(training.Step.Value), side, rows));
    }

    private void SaveCheckpoint(TrainingOnDevice training, DeviceCommands.SaveCheckpoint command)
    {
        if (_snapshot.IsLent)
        {
            _deferredSave = command;
            return;
        }

        var content = _snapshot.Fill(training, command.ValidationLoss, command.BaselineLoss);
        _others.Checkpoints.Tell(new CheckpointActor.Write(training.Folder.Path, content, training.Document.Configuration.KeepLast));
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
        try
        {
            _colorizer?.Dispose();
            _colorizer = Load(command.ModelPath);
            CountThenMeasure(command, _colorizer);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            command.ReplyTo.Tell(new GpuEvents.ModelRefused(command.ModelPath, e.Message));
        }
    }

    private void CountThenMeasure(GpuCommands.Evaluate command, Colorizer colorizer)
    {
        var counting = new BinCounting(command.PriorPictures, ColorBins.Grid18, command.Side, Compute().Device);
        Begin(
            new BatchFeed(_others.Loader, Self, command.PriorPictures, counting.Plan, 0, SweepBuffers, SweepBuffers),
            batch =>
            {
                counting.Add(batch);
                command.ReplyTo.Tell(new GpuEvents.EvaluationProgressed("counting colours", counting.Looked, command.PriorPictures.Count));
            },
            () =>
            {
                if (counting.Counts.Sum() == 0) command.ReplyTo.Tell(new GpuEvents.ModelRefused(command.ModelPath, $"no picture in {command.PriorPictures.Root} has colour that could be read"));
                else Measure(command, colorizer, new ColorPrior(counting.Counts, command.PriorPictures.Hash));
            });
    }

    private void Measure(GpuCommands.Evaluate command, Colorizer colorizer, ColorPrior prior)
    {
        var (pictures, side) = (command.Pictures, command.Side);
        var order = new EpochOrder(pictures.Count, 0); // a shuffled stream, so that the random baseline's partner is any other picture
        var plan = new OrderedPlan([.. Enumerable.Range(0, pictures.Count).Select(position => order.ItemAt(0, position))], command.BatchSize, side, leavesOutMonochrome: false);
        var evaluation = new ColorEvaluation(prior, Compute().Device);
        var frontier = new DecodingFrontier(prior, command.Frontier, Compute().Device);
        var unreadable = new List<(string, string)>();
        Begin(
            new BatchFeed(_others.Loader, Self, pictures, plan, 0, SweepBuffers, SweepBuffers),
            batch =>
            {
                unreadable.AddRange(batch.Unreadable.Select(picture => (pictures.RelativePath(picture.Item), picture.Reason)));
                if (batch.Items.Count > 0)
                {
                    var answers = colorizer.PredictAb(batch.Rgb_BHWC, batch.Items.Count, side, side, [command.Decoding, .. command.Frontier]);
                    if (command.Frontier.Count > 0) frontier.Add(batch.Rgb_BHWC, answers[1..], batch.Items.Count, side, side / 4);
                    var ab_B2hw = answers[0];
                    for (var i = 0; i < ab_B2hw.Length; i++) ab_B2hw[i] *= (float)command.Saturation;
                    evaluation.Add(batch.Rgb_BHWC, ab_B2hw, batch.Items.Count, side, side, side / 4, side / 4);
                }

                command.ReplyTo.Tell(new GpuEvents.EvaluationProgressed("measuring", evaluation.Pictures.Count + unreadable.Count, pictures.Count));
            },
            () =>
            {
                using (frontier)
                using (evaluation)
                    command.ReplyTo.Tell(evaluation.Pictures.Count == 0
                        ? new GpuEvents.ModelRefused(command.ModelPath, $"no picture in {pictures.Root} can be read")
                        : new GpuEvents.Evaluated(evaluation.Report(), frontier.Points(), unreadable));
            });
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
