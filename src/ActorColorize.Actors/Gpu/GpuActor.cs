using ActorColorize.Actors.Checkpoints;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
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
/// waits at step boundaries, and does everything else there: validation, snapshots, inference. What it cannot do (a wrong configuration, a
/// checkpoint
/// of another network) it refuses in one line; any other failure crashes it, and its supervisor goes back to the newest checkpoint.
/// </summary>
public sealed partial class GpuActor : ReceiveActor
{
    private const int TrainingBuffers = 4; // one on the device, one waiting, two being decoded
    private const int PassBuffers = 3;
    private const int MaximumLossesWithoutBatch = 3;

    private readonly DeviceSettings _settings;
    private readonly DeviceActors _others;
    private readonly DeviceProgressCounter _progress;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ComputeSettings? _compute;
    private IActorRef _supervisor = ActorRefs.Nobody;
    private TrainingOnDevice? _training;
    private DatasetPass? _pass;
    private Colorizer? _colorizer;
    private readonly SnapshotSlot _snapshot = new();
    private EvaluationPass? _evaluation;
    private DeviceCommands.SaveCheckpoint? _deferredSave;
    private int _lossesWithoutBatch;
    private bool _isProven;

    /// <summary>A GPU actor that has touched no device yet.</summary>
    /// <param name="settings">The device.</param>
    /// <param name="others">The actors that it works with.</param>
    /// <param name="progress">Says to other threads what this one is at.</param>
    public GpuActor(DeviceSettings settings, DeviceActors others, DeviceProgressCounter progress)
    {
        _settings = settings;
        _others = others;
        _progress = progress;
        _turns = new DeviceTurns(settings.ColouringShare);

        Receive<DeviceCommands.CountColors>(command => Try(command, command.Attempt, () => CountColors(command)));
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
            if (_pass?.Feed.Offer(batch) == true)
                ContinuePass();
            else if (_training?.Feed.Offer(batch) == true)
                ContinueTraining();
        });
        Receive<LoaderEvents.StreamEnded>(_ => { }); // the number of batches says it already
        Receive<LoaderEvents.StreamsLost>(lost =>
        {
            if (++_lossesWithoutBatch == MaximumLossesWithoutBatch)
                throw new LoaderException(new InvalidOperationException($"failed {_lossesWithoutBatch} times in a row: {lost.Cause}"));
            _pass?.Feed.Open();
            _training?.Feed.Open();
        });
        Receive<ContinueTrainingNow>(_ => ContinueTraining());
        Receive<CheckpointActor.Written>(Written);
        Receive<CheckpointActor.Crashed>(crashed =>
        {
            if (_snapshot.TakeBack(crashed.Content))
                throw new InvalidOperationException($"the writer of checkpoints failed: {crashed.Cause}");
        });
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is DeviceCommands.CountColors or DeviceCommands.OpenRun or GpuCommands.OpenModel or GpuCommands.Evaluate)
            _isProven = false;
        _progress.Beat(_isProven ? DeviceActivity.Working : DeviceActivity.Preparing);
        try
        {
            return InTurn(message, () => base.AroundReceive(receive, message));
        }
        finally
        {
            _progress.Beat(_pass is not null || _training?.Target is not null ? DeviceActivity.WaitingForPictures : DeviceActivity.Idle);
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
        // A context that is dead fails each further call, and a tensor that is let go of is one: LibTorch ends the process where that goes
        // wrong. What is left stays until the process is replaced.
        if (_settings.Device.Name != "cpu" && DeviceFaultClassifier.Of(reason).Kind == DeviceFaultKind.Sticky)
            (_training, _colorizer) = (null, null);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new GpuEvents.GpuLost(DeviceFaultClassifier.Of(reason)));
    }

    private void Begin(BatchFeed feed, Action<ImageBatch> onBatch, Action onEnd)
    {
        _pass?.Feed.Close();
        _pass = new DatasetPass(feed, onBatch, onEnd);
        feed.Open();
    }

    private void ContinuePass()
    {
        while (_pass is { } pass && pass.Feed.TryTake(out var batch))
        {
            pass.OnBatch(batch);
            _progress.Beat();
            _isProven = true;
            pass.Feed.HandBack(batch);
            if (!pass.Feed.AtEnd)
                continue;
            pass.Feed.Close();
            _pass = null;
            pass.OnEnd();
        }
    }

    /// <summary>Touches the device at first need, on this actor's own thread.</summary>
    private ComputeSettings Compute() => _compute ??= ComputeSetup.Prepare(_settings, _progress, avoided => _others.Metrics.Tell(avoided));

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
        if (_training is { } training && training.Attempt == attempt)
            work(training);
        else
            _log.Debug("a command of attempt {0} came too late", attempt);
    }

    /// <summary>Failures that the user has to fix; trying again would not help.</summary>
    private static bool IsRefusal(Exception e) =>
        e
            is DatasetException
                or ConfigurationException
                or CheckpointException
                or NetworkMismatchException
                or RunFolderException
                or DeviceException;

    private sealed class ContinueTrainingNow
    {
        internal static readonly ContinueTrainingNow Instance = new();
    }
}
