using System.Diagnostics;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Training;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Faults;

/// <summary>
/// Makes the steps of a run and handles the faults that the device itself can fix. A step that runs out of memory is repeated with less;
/// one that is not finite is computed again and, if it still is not finite, skipped; a quarantined batch is skipped. All other faults are
/// thrown: the device has lost the run.
/// </summary>
internal sealed class GuardedStep : IDisposable
{
    private readonly RunId _run;
    private readonly TrainingSession _session;
    private readonly RunAdjustments _adjustments;
    private readonly MemoryLadder _memory;
    private readonly FaultInjector? _injection;
    private readonly Action<RunEvents.FaultSettled> _tell;
    private readonly Action<int> _memoryChanged;

    /// <param name="run">The run.</param>
    /// <param name="session">The training session.</param>
    /// <param name="adjustments">What faults have changed so far.</param>
    /// <param name="memory">The levels of memory use.</param>
    /// <param name="injection">Injects faults; null without fault injection.</param>
    /// <param name="tell">Called with each fault that was handled here.</param>
    /// <param name="memoryChanged">Called with each new memory level.</param>
    internal GuardedStep(
        RunId run,
        TrainingSession session,
        RunAdjustments adjustments,
        MemoryLadder memory,
        FaultInjector? injection,
        Action<RunEvents.FaultSettled> tell,
        Action<int> memoryChanged
    )
    {
        _run = run;
        _session = session;
        _adjustments = adjustments;
        _memory = memory;
        _injection = injection;
        _tell = tell;
        _memoryChanged = memoryChanged;
        session.Memory = memory.Memory;
    }

    /// <summary>The disk for checkpoints; null for the local disk, which is always so without fault injection.</summary>
    internal ICheckpointDisk? Disk { get; private init; }

    /// <summary>Creates the guarded steps of a run from its folder.</summary>
    /// <param name="command">The run and its attempt.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="document">What it was started with.</param>
    /// <param name="session">The training session.</param>
    /// <param name="device">The device settings.</param>
    /// <param name="actors">The actors that are notified of handled faults.</param>
    /// <param name="supervisor">The actor that remembers the memory level.</param>
    /// <param name="stage">The stage that the steps belong to.</param>
    /// <exception cref="RunFolderException">The adjustments cannot be read.</exception>
    internal static GuardedStep For(
        DeviceCommands.OpenRun command,
        RunFolder folder,
        RunDocument document,
        TrainingSession session,
        DeviceSettings device,
        DeviceActors actors,
        IActorRef supervisor,
        ScheduledStage stage
    )
    {
        var adjustments = RunAdjustments.Load(folder);
        var disk = document.Inject is null ? null : new FaultyDisk();
        var injection = disk is null
            ? null
            : new FaultInjector(
                new InjectedFaults(folder, FaultInjectionPlan.Parse(document.Inject!), document.Configuration.Steps),
                disk,
                actors.Loader,
                device.Device.Name != "cpu"
            );
        return new GuardedStep(
            command.Run,
            session,
            adjustments,
            new MemoryLadder(stage.Configuration.MicroBatchSize, document.Recovery.StepsUntilGrowth, adjustments.MemoryLevel),
            injection,
            settled => actors.Metrics.Tell(settled),
            level => supervisor.Tell(new DeviceEvents.MemoryChanged(command.Run, command.Attempt, level))
        )
        {
            Disk = disk,
        };
    }

    /// <summary>Makes the next step, or skips it.</summary>
    /// <param name="batch">The step's pictures.</param>
    /// <param name="labels">Their categories.</param>
    /// <param name="notFinite">Why the step was skipped; null if it was made, or if its batch is quarantined.</param>
    /// <returns>The step; skipped if nothing was learned.</returns>
    internal StepResult Run(ImageBatch batch, int[] labels, out string? notFinite)
    {
        notFinite = null;
        var step = _session.CompletedSteps + 1;
        if (_adjustments.IsQuarantined(step))
            return _session.Skip();

        _session.LearningRateFactor = _adjustments.LearningRateFactorAt(step - 1);
        var clock = Stopwatch.StartNew();
        var result = Try(step, batch, labels);
        if (!result.Skipped)
            return Made(result);

        // A transient error of the device disappears when the step is computed again; a result of weights and pictures is reproduced.
        var again = Try(step, batch, labels);
        if (again.Skipped)
        {
            _session.Skip();
            notFinite = $"loss {again.LossPerPixel}, gradient {again.GradientNorm}, both times that the step was computed";
            return again;
        }

        Tell(
            step,
            new DeviceFault(DeviceFaultKind.NonFinite, $"loss {result.LossPerPixel}, gradient {result.GradientNorm}"),
            "computed again: finite, and the run is unaffected",
            clock
        );
        return Made(again);
    }

    /// <summary>Runs other work that uses memory by micro-batches, with smaller ones if necessary.</summary>
    internal T WithinMemory<T>(Func<T> work)
    {
        while (true)
        {
            var clock = Stopwatch.StartNew();
            try
            {
                return work();
            }
            catch (Exception e)
            {
                if (!MakesDoWithLess(e, out var fault))
                    throw;
                UseLess(_session.CompletedSteps, fault, clock);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _injection?.Dispose();

    private StepResult Made(StepResult result)
    {
        if (_memory.StepMade())
            UseLevel();
        return result;
    }

    private StepResult Try(long step, ImageBatch batch, int[] labels)
    {
        while (true)
        {
            var clock = Stopwatch.StartNew();
            try
            {
                _injection?.BeforeStep(step, _session);
                return _session.TryTrain(batch.Rgb_BHWC, batch.Items.Count, batch.Side, labels, batch.Lightness, batch.Films);
            }
            catch (Exception e)
            {
                if (!MakesDoWithLess(e, out var fault))
                    throw;
                UseLess(step, fault, clock);
            }
        }
    }

    private bool MakesDoWithLess(Exception exception, out DeviceFault fault)
    {
        fault = DeviceFaultClassifier.Of(exception);
        return fault.Kind == DeviceFaultKind.OutOfMemory && _session.TryRewind() && _memory.TryShrink();
    }

    private void UseLess(long step, DeviceFault fault, Stopwatch clock)
    {
        // Objects of the failed try that wait for finalizers hold memory that the next try may need.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        UseLevel();
        Tell(step, fault, $"retried: {_memory.Describe()}", clock);
    }

    private void UseLevel()
    {
        _session.Memory = _memory.Memory;
        _memoryChanged(_memory.Level);
    }

    private void Tell(long step, DeviceFault fault, string action, Stopwatch clock) =>
        _tell(new RunEvents.FaultSettled(_run, new StepNumber(step), fault, action, 0, clock.Elapsed.TotalSeconds));
}
