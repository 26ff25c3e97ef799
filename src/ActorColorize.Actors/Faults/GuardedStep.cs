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
/// Makes a run's steps and puts up with what the device itself can fix. A step for which memory does not suffice is made again with less;
/// one that is not finite is computed again, and if it is the same then, given up; a batch in quarantine is passed over. Everything else
/// goes up: the device has lost the run.
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
    /// <param name="session">Makes the steps.</param>
    /// <param name="adjustments">What faults have changed so far.</param>
    /// <param name="memory">Ways to make do with less memory.</param>
    /// <param name="injection">Faults on purpose; null without fault injection.</param>
    /// <param name="tell">Told of each fault that was resolved here.</param>
    /// <param name="memoryChanged">Told of each new level of memory.</param>
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

    /// <summary>The disk that checkpoints go to; null, as ever without fault injection: this machine's.</summary>
    internal ICheckpointDisk? Disk { get; private init; }

    /// <summary>What a run's folder says about its steps, put together.</summary>
    /// <param name="command">The run and its attempt.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="document">What it was started with.</param>
    /// <param name="session">Makes the steps.</param>
    /// <param name="device">On what.</param>
    /// <param name="actors">Who is told of what was resolved.</param>
    /// <param name="supervisor">Who remembers how memory is made do with.</param>
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

    /// <summary>Makes the next step, or gives it up.</summary>
    /// <param name="batch">The step's pictures.</param>
    /// <param name="labels">Their categories.</param>
    /// <param name="notFinite">Why the step was given up; null where it was made, or its batch is in quarantine.</param>
    /// <returns>The step; skipped where nothing was learned.</returns>
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

        // A number that a passing upset of the device has spoiled is right when it is computed again; one that follows from weights and
        // pictures comes again.
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
            "computed again: finite, and the run is as if nothing had been",
            clock
        );
        return Made(again);
    }

    /// <summary>Does something else that takes memory by micro-batches, with smaller ones if it has to.</summary>
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
        // What the failed try left to finalizers is memory that the next one may need.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        UseLevel();
        Tell(step, fault, $"the same again: {_memory.Describe()}", clock);
    }

    private void UseLevel()
    {
        _session.Memory = _memory.Memory;
        _memoryChanged(_memory.Level);
    }

    private void Tell(long step, DeviceFault fault, string action, Stopwatch clock) =>
        _tell(new RunEvents.FaultSettled(_run, new StepNumber(step), fault, action, 0, clock.Elapsed.TotalSeconds));
}
