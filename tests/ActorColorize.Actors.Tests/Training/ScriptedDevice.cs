using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Training;

/// <summary>A device that executes one command at a time and loses everything that is not on disk when it fails.</summary>
internal sealed class ScriptedDevice
{
    internal const string RunFolder = "/runs/run-1";

    private readonly Queue<IWithRunId> _pending = new();
    private long _step;

    internal ScriptedDevice(RunPlan plan) => State = new RunState(plan, new RunHistory(new RunId("run-1")));

    internal RunState State { get; private set; }

    internal long OpensAt { get; init; }

    internal string? WriteFailure { get; init; }

    internal List<long> SavedSteps { get; } = [];

    internal List<string> CommandNames { get; } = [];

    internal List<IWithRunId> Announced { get; } = [];

    /// <summary>The journalled facts.</summary>
    internal List<RunHistoryEvents.IFact> Journal { get; } = [];

    /// <summary>Unix time, milliseconds; tests set it on.</summary>
    internal long Now { get; set; } = 1_000_000;

    /// <summary>Steps that are not finite each time that they are made.</summary>
    internal HashSet<long> NotFinite { get; } = [];

    /// <summary>The current pause; null if there is none.</summary>
    internal RunEffect.Pause? Pausing { get; private set; }

    /// <summary>What the device would read when it opens the run.</summary>
    internal RunAdjustments Adjustments { get; private set; } = RunAdjustments.None;

    internal RunEffect.ReportFailure? Report { get; private set; }

    internal IReadOnlyCollection<IWithRunId> PendingCommands => _pending;

    internal long NewestOnDisk => SavedSteps.Count > 0 ? SavedSteps[^1] : OpensAt;

    internal string EndDetail => Announced.OfType<RunEvents.RunEnded>().Single().Detail;

    internal void Begin() => Take(State.Start(RunFolder, Now));

    internal void RunToEnd()
    {
        Begin();
        AnswerAll();
    }

    internal void Take(RunDecision decision)
    {
        State = decision.Next;
        Journal.AddRange(decision.Facts);
        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case RunEffect.Announce announce:
                    Announced.Add(announce.Event);
                    break;
                case RunEffect.SaveAdjustments save:
                    Adjustments = save.Adjustments;
                    break;
                case RunEffect.Pause pause:
                    Pausing = pause;
                    break;
                case RunEffect.ReportFailure report:
                    Report = report;
                    break;
                case RunEffect.Tell tell:
                    CommandNames.Add(tell.Command.GetType().Name);
                    _pending.Enqueue(tell.Command);
                    break;
                default:
                    throw new InvalidOperationException($"unknown effect {effect}");
            }
        }
    }

    internal void Fault(string cause, DeviceFaultKind kind = DeviceFaultKind.Crash)
    {
        _pending.Clear();
        Take(State.DeviceFaulted(new DeviceFault(kind, cause), Now));
    }

    internal void EndPause()
    {
        if (Pausing is not { } pause)
            return;
        Pausing = null;
        Now += (long)pause.Duration.TotalMilliseconds;
        Take(State.PauseOver(pause.Attempt));
    }

    /// <summary>The supervisor's process ends and a new one reads the journal; the device's work is lost as well.</summary>
    internal RunDecision ComeBack()
    {
        _pending.Clear();
        Pausing = null;
        var history = Journal.Aggregate(new RunHistory(State.Run), (known, fact) => known.Apply(fact, State.Plan.Recovery));
        var decision = new RunState(State.Plan, history).Resume(new StepNumber(_step), Now);
        Take(decision);
        return decision;
    }

    internal void AnswerAll()
    {
        while (_pending.Count > 0 || Pausing is not null)
            AnswerOne();
    }

    internal void AnswerUntil(RunPhase phase)
    {
        do AnswerOne();
        while (State.Phase != phase);
    }

    /// <summary>Trains up to a step within the current segment.</summary>
    internal void TrainTo(long step)
    {
        var until = (DeviceCommands.TrainUntil)_pending.Peek();
        while (_step < step && State.Attempt == until.Attempt)
            StepOn(until);
    }

    /// <summary>Answers the next command, or ends the pause where there is none.</summary>
    internal void AnswerOne()
    {
        if (!_pending.TryDequeue(out var command))
        {
            EndPause();
            return;
        }

        switch (command)
        {
            case DeviceCommands.CountColors histogram:
                Take(State.On(new DeviceEvents.ColorsCounted(histogram.Run, histogram.Attempt), Now));
                break;
            case DeviceCommands.OpenRun open:
                _step = NewestOnDisk;
                Take(State.On(new DeviceEvents.RunOpened(open.Run, open.Attempt, new StepNumber(_step)), Now));
                break;
            case DeviceCommands.TrainUntil until:
                // A newer command to stop at once replaces the segment under way, as it does on the device.
                if (_pending.TryPeek(out var next) && next is DeviceCommands.TrainUntil)
                    return;
                while (_step < until.Step.Value && State.Attempt == until.Attempt)
                    StepOn(until);
                Take(State.On(new DeviceEvents.WaitingAt(until.Run, until.Attempt, new StepNumber(_step)), Now));
                break;
            case DeviceCommands.Validate validate:
                Take(State.On(new DeviceEvents.ValidationDone(validate.Run, validate.Attempt, new StepNumber(_step), 3.0, 4.0), Now));
                break;
            case DeviceCommands.SaveCheckpoint save:
                if (WriteFailure is null && (SavedSteps.Count == 0 || SavedSteps[^1] != _step))
                    SavedSteps.Add(_step);
                var saved = _step;
                Take(State.On(new DeviceEvents.SnapshotTaken(save.Run, save.Attempt, new StepNumber(saved)), Now));
                Take(State.On(new DeviceEvents.CheckpointWritten(save.Run, save.Attempt, new StepNumber(saved), WriteFailure), Now));
                break;
            default:
                break;
        }
    }

    private void StepOn(DeviceCommands.TrainUntil until)
    {
        _step++;
        var reason = NotFinite.Contains(_step) && !Adjustments.IsQuarantined(_step) ? "loss NaN" : null;
        Take(State.On(new DeviceEvents.StepDone(State.Run, until.Attempt, new StepNumber(_step), reason), Now));
    }
}
