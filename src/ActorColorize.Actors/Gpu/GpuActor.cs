using ActorColorize.Actors.Checkpoints;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Loader;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// Owns the device: the network, the optimizer and every tensor live on this actor's pinned thread. It routes each message to the part that
/// does the work:
/// <code>
///  CountColors                                        ColorCountingHost
///  OpenRun, TrainUntil, Validate, SaveCheckpoint      TrainingHost          waits at step boundaries for the supervisor
///  OpenModel, Colorize                                ColorizingHost        behind ColorizingQueue, which shares the device
///  Evaluate                                           EvaluationHost
/// </code>
/// What the user has to fix (a wrong configuration, a checkpoint of another network) is refused in one line. Any other failure crashes the
/// actor, and the run continues from its newest checkpoint.
/// </summary>
public sealed class GpuActor : ReceiveActor
{
    private const int MaximumLossesWithoutBatch = 3;

    private readonly DeviceSettings _settings;
    private readonly DeviceProgressCounter _progress;
    private readonly GpuDevice _device;
    private readonly TrainingHost _training;
    private readonly ColorizingHost _colorizing;
    private readonly EvaluationHost _evaluation;
    private readonly ColorizingQueue _queue;
    private int _lossesWithoutBatch;

    /// <summary>A GPU actor that has not touched its device yet.</summary>
    /// <param name="settings">The device.</param>
    /// <param name="others">The actors that it works with.</param>
    /// <param name="progress">Shows other threads that work advances.</param>
    public GpuActor(DeviceSettings settings, DeviceActors others, DeviceProgressCounter progress)
    {
        _settings = settings;
        _progress = progress;
        _device = new GpuDevice(settings, others, progress, Self);
        _training = new TrainingHost(_device, Context.GetLogger());
        _colorizing = new ColorizingHost(_device, Context.GetLogger());
        _evaluation = new EvaluationHost(_device);
        _queue = new ColorizingQueue(new DeviceTurns(settings.ColouringShare), Self);
        var counting = new ColorCountingHost(_device);

        Receive<DeviceCommands.CountColors>(command => OrRefuse(command, command.Attempt, () => counting.Count(command, Sender)));
        Receive<DeviceCommands.OpenRun>(command => OrRefuse(command, command.Attempt, () => _training.Open(command, Sender)));
        Receive<DeviceCommands.TrainUntil>(command =>
            _training.WithCurrent(command.Attempt, Sender, run => _training.TrainUntil(run, command.Step))
        );
        Receive<DeviceCommands.Validate>(command => _training.WithCurrent(command.Attempt, Sender, _training.Validate));
        Receive<DeviceCommands.SaveCheckpoint>(command =>
            _training.WithCurrent(command.Attempt, Sender, run => _training.SaveCheckpoint(run, command))
        );
        Receive<DeviceCommands.CloseRun>(_ => _training.Close());
        Receive<TrainingTurn>(_ => _training.Continue());
        Receive<CheckpointActor.Written>(_training.Written);
        Receive<CheckpointActor.Crashed>(_training.WriterCrashed);

        Receive<GpuCommands.OpenModel>(command => _colorizing.Open(command, Sender));
        Receive<GpuCommands.Colorize>(command => _colorizing.Colorize(command, Sender));
        Receive<GpuCommands.Evaluate>(_evaluation.Evaluate);

        Receive<ImageBatch>(batch =>
        {
            _lossesWithoutBatch = 0;
            if (!_device.OfferToPass(batch))
                _training.Offer(batch);
        });
        Receive<LoaderEvents.StreamEnded>(_ => { }); // the number of batches says it already
        Receive<LoaderEvents.StreamsLost>(lost =>
        {
            if (++_lossesWithoutBatch == MaximumLossesWithoutBatch)
                throw new LoaderException(new InvalidOperationException($"failed {_lossesWithoutBatch} times in a row: {lost.Cause}"));
            _device.ReopenPass();
            _training.Reopen();
        });
    }

    private bool IsTraining => _device.IsPassing || _training.IsOpen;

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is DeviceCommands.CountColors or DeviceCommands.OpenRun or GpuCommands.OpenModel or GpuCommands.Evaluate)
            _device.IsProven = false;
        _progress.Beat(_device.IsProven ? DeviceActivity.Working : DeviceActivity.Preparing);
        try
        {
            return _queue.InTurn(message, Sender, () => IsTraining, () => base.AroundReceive(receive, message));
        }
        finally
        {
            _progress.Beat(_device.IsPassing || _training.HasTarget ? DeviceActivity.WaitingForPictures : DeviceActivity.Idle);
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _training.Close();
        _colorizing.Dispose();
        _evaluation.Dispose();
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        // Every further call into a dead context fails, and releasing a tensor is such a call: LibTorch then ends the process. What is left
        // stays until the process is replaced.
        if (_settings.Device.Name != "cpu" && DeviceFaultClassifier.Of(reason).Kind == DeviceFaultKind.Sticky)
        {
            _training.Abandon();
            _colorizing.Abandon();
        }

        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new GpuEvents.GpuLost(DeviceFaultClassifier.Of(reason)));
    }

    private void OrRefuse(IWithRunId command, Attempt attempt, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (GpuDevice.IsRefusal(e))
        {
            Sender.Tell(new DeviceEvents.Refused(command.Run, attempt, e.Message));
        }
    }
}
