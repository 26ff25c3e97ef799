using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>
/// The devices, the active runs on them, and the runs that wait for one. Runs that have lost their device go first, then waiting runs in
/// order of arrival.
/// </summary>
/// <param name="ownDevice">The device that is available from the beginning; nobody if devices offer themselves.</param>
internal sealed class DeviceAssignments(IActorRef ownDevice)
{
    private readonly Dictionary<IActorRef, TrainingDevice> _devices = [];
    private readonly Dictionary<RunId, ActiveRun> _active = [];
    private readonly List<WaitingRun> _waiting = [];

    /// <summary>The devices, busy or not, in no particular order.</summary>
    internal IReadOnlyList<TrainingDevice> Devices => [.. _devices.Values];

    /// <summary>The active runs, with or without a device.</summary>
    internal IReadOnlyList<RunId> Active => [.. _active.Keys];

    /// <summary>The runs that wait for a device.</summary>
    internal IReadOnlyList<WaitingRun> Waiting => _waiting;

    /// <summary>Adds a device; false if it is known.</summary>
    internal bool TryAdd(IActorRef device, TrainingDevice description) => _devices.TryAdd(device, description);

    /// <summary>Removes a device and returns its description; null if it is not known.</summary>
    internal TrainingDevice? Remove(IActorRef device) => _devices.Remove(device, out var description) ? description : null;

    /// <summary>A device's name; null for the only device, which needs none.</summary>
    internal string? NameOf(IActorRef device) => device.Equals(ownDevice) ? null : _devices.GetValueOrDefault(device)?.Name;

    /// <summary>A device without a run; null if there is none.</summary>
    internal IActorRef? FreeDevice() => _devices.Keys.FirstOrDefault(device => RunOn(device) is null);

    /// <summary>The run on a device; null if there is none.</summary>
    internal RunId? RunOn(IActorRef device)
    {
        foreach (var (id, run) in _active)
        {
            if (run.Device.Equals(device))
                return id;
        }

        return null;
    }

    /// <summary>An active run; null if it is not active.</summary>
    internal ActiveRun? Find(RunId run) => _active.GetValueOrDefault(run);

    /// <summary>The device of a run; null if it has none.</summary>
    internal IActorRef? DeviceOf(RunId run) => Find(run) is { } active && !active.Device.IsNobody() ? active.Device : null;

    /// <summary>Whether a run is active or waits for a device.</summary>
    internal bool Has(RunId run) => _active.ContainsKey(run) || IsWaiting(run);

    /// <summary>Whether a run waits for a device.</summary>
    internal bool IsWaiting(RunId run) => _waiting.Exists(waiting => waiting.Run == run);

    /// <summary>Adds a run that has started.</summary>
    internal void Begin(RunId id, ActiveRun run) => _active.Add(id, run);

    /// <summary>Removes a run that has ended.</summary>
    internal void End(RunId id)
    {
        if (_active.Remove(id, out var run))
            run.Dispose();
    }

    /// <summary>Releases the folders of all runs: their supervisor stops.</summary>
    internal void ReleaseFolders()
    {
        foreach (var run in _active.Values)
            run.Dispose();
    }

    /// <summary>Adds a run that waits for a device.</summary>
    internal void Wait(WaitingRun run) => _waiting.Add(run);

    /// <summary>Removes a waiting run; false if it is not waiting.</summary>
    internal bool Withdraw(RunId run) => _waiting.RemoveAll(waiting => waiting.Run == run) > 0;

    /// <summary>Removes all waiting runs.</summary>
    internal void WithdrawAll() => _waiting.Clear();

    /// <summary>A run that lost its device, and a free device for it; null if one of them is missing.</summary>
    internal (RunId Id, ActiveRun Run, IActorRef Device)? NextToMove()
    {
        if (FreeDevice() is not { } device)
            return null;
        foreach (var (id, run) in _active)
        {
            if (run.Device.IsNobody())
                return (id, run, device);
        }

        return null;
    }

    /// <summary>Takes the next waiting run, and a free device for it; null if one of them is missing.</summary>
    /// <param name="now">Unix time, milliseconds.</param>
    internal (WaitingRun Run, IActorRef Device)? TakeNext(long now)
    {
        if (FreeDevice() is not { } device || _waiting.Find(waiting => waiting.NotBefore <= now) is not { } next)
            return null;
        _waiting.Remove(next);
        return (next, device);
    }
}
