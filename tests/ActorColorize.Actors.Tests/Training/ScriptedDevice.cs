using ActorColorize.Actors.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Training;

/// <summary>A device that does what it is told, one command at a time, and loses what is not on disk when it faults.</summary>
internal sealed class ScriptedDevice
{
    private readonly Queue<IWithRunId> _pending = new();
    private long _step;

    internal ScriptedDevice(RunPlan plan) => State = new RunState(new RunId("run-1"), "/runs/run-1", plan);

    internal RunState State { get; private set; }

    internal long OpensAt { get; init; }

    internal string? WriteFailure { get; init; }

    internal List<long> SavedSteps { get; } = [];

    internal List<string> CommandNames { get; } = [];

    internal List<IWithRunId> Announced { get; } = [];

    internal IReadOnlyCollection<IWithRunId> PendingCommands => _pending;

    internal long NewestOnDisk => SavedSteps.Count > 0 ? SavedSteps[^1] : OpensAt;

    internal string EndDetail => Announced.OfType<RunEvents.Ended>().Single().Detail;

    internal void Begin() => Take(State.Start());

    internal void RunToEnd()
    {
        Begin();
        AnswerAll();
    }

    internal void Take((RunState Next, IReadOnlyList<RunEffect> Effects) transition)
    {
        State = transition.Next;
        foreach (var effect in transition.Effects)
        {
            if (effect is RunEffect.Announce announce) Announced.Add(announce.Event);
            if (effect is not RunEffect.Tell tell) continue;
            CommandNames.Add(tell.Command.GetType().Name);
            _pending.Enqueue(tell.Command);
        }
    }

    internal void Fault(string cause)
    {
        _pending.Clear();
        _step = 0;
        Take(State.DeviceFaulted(new DeviceFault(DeviceFaultKind.Crash, cause)));
    }

    internal void AnswerAll()
    {
        while (_pending.Count > 0) AnswerOne();
    }

    internal void AnswerUntil(RunPhase phase)
    {
        do AnswerOne();
        while (State.Phase != phase);
    }

    /// <summary>Trains as far as a step inside the segment that was asked for, without reaching its end.</summary>
    internal void TrainTo(long step)
    {
        var until = (DeviceCommands.TrainUntil)_pending.Peek();
        while (_step < step)
        {
            _step++;
            Take(State.On(new DeviceEvents.StepDone(State.Run, until.Attempt, new StepNumber(_step))));
        }
    }

    internal void AnswerOne()
    {
        if (!_pending.TryDequeue(out var command)) return;
        switch (command)
        {
            case DeviceCommands.TakeCensus census:
                Take(State.On(new DeviceEvents.CensusTaken(census.Run, census.Attempt)));
                break;
            case DeviceCommands.OpenRun open:
                _step = NewestOnDisk;
                Take(State.On(new DeviceEvents.RunOpened(open.Run, open.Attempt, new StepNumber(_step))));
                break;
            case DeviceCommands.TrainUntil until:
                // A newer command to stop at once replaces the segment under way, as it does on the device.
                if (_pending.TryPeek(out var next) && next is DeviceCommands.TrainUntil) return;
                while (_step < until.Step.Value) Take(State.On(new DeviceEvents.StepDone(until.Run, until.Attempt, new StepNumber(++_step))));
                Take(State.On(new DeviceEvents.WaitingAt(until.Run, until.Attempt, new StepNumber(_step))));
                break;
            case DeviceCommands.Validate validate:
                Take(State.On(new DeviceEvents.ValidationDone(validate.Run, validate.Attempt, new StepNumber(_step), 3.0, 4.0)));
                break;
            case DeviceCommands.SaveCheckpoint save:
                if (WriteFailure is null && (SavedSteps.Count == 0 || SavedSteps[^1] != _step)) SavedSteps.Add(_step);
                var saved = _step;
                Take(State.On(new DeviceEvents.SnapshotTaken(save.Run, save.Attempt, new StepNumber(saved))));
                Take(State.On(new DeviceEvents.CheckpointWritten(save.Run, save.Attempt, new StepNumber(saved), WriteFailure)));
                break;
            default:
                break;
        }
    }
}
