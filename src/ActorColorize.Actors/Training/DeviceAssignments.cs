using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Training;

/// <summary>
/// The devices, the runs that are under way on them, and the runs that wait for one. Runs that have lost their device go first, then those
/// that wait, in the order in which they came.
/// </summary>
/// <param name="ownDevice">The device that is there from the beginning; nobody where devices say themselves that they are there.</param>
internal sealed class DeviceAssignments(IActorRef ownDevice)
{
    private readonly Dictionary<IActorRef, TrainingDevice> _devices = [];
    private readonly Dictionary<RunId, ActiveRun> _active = [];
    private readonly List<WaitingRun> _waiting = [];

    /// <summary>The devices, busy or not, in no order.</summary>
    internal IReadOnlyList<TrainingDevice> Devices => [.. _devices.Values];

    /// <summary>The runs that have begun and are not over, on a device or without one for the moment.</summary>
    internal IReadOnlyList<RunId> Active => [.. _active.Keys];

    /// <summary>The runs that wait for their turn.</summary>
    internal IReadOnlyList<WaitingRun> Waiting => _waiting;

    /// <summary>Adds a device; false where it was there.</summary>
    internal bool TryAdd(IActorRef device, TrainingDevice description) => _devices.TryAdd(device, description);

    /// <summary>Takes a device out; what it is, or null where it was out already.</summary>
    internal TrainingDevice? Remove(IActorRef device) => _devices.Remove(device, out var description) ? description : null;

    /// <summary>A device's name; null where it is the only one, which needs none.</summary>
    internal string? NameOf(IActorRef device) => device.Equals(ownDevice) ? null : _devices.GetValueOrDefault(device)?.Name;

    /// <summary>A device that no run is on; null where there is none.</summary>
    internal IActorRef? FreeDevice() => _devices.Keys.FirstOrDefault(device => RunOn(device) is null);

    /// <summary>The run that is on a device; null where none is.</summary>
    internal RunId? RunOn(IActorRef device)
    {
        foreach (var (id, run) in _active)
        {
            if (run.Device.Equals(device))
                return id;
        }

        return null;
    }

    /// <summary>A run that is under way; null where it is not.</summary>
    internal ActiveRun? Find(RunId run) => _active.GetValueOrDefault(run);

    /// <summary>The device that a run is on; null where it is on none.</summary>
    internal IActorRef? DeviceOf(RunId run) => Find(run) is { } active && !active.Device.IsNobody() ? active.Device : null;

    /// <summary>Whether a run is under way or waits for its turn.</summary>
    internal bool Has(RunId run) => _active.ContainsKey(run) || IsWaiting(run);

    /// <summary>Whether a run waits for its turn.</summary>
    internal bool IsWaiting(RunId run) => _waiting.Exists(waiting => waiting.Run == run);

    /// <summary>A run has begun.</summary>
    internal void Begin(RunId id, ActiveRun run) => _active.Add(id, run);

    /// <summary>A run is over.</summary>
    internal void End(RunId id)
    {
        if (_active.Remove(id, out var run))
            run.Dispose();
    }

    /// <summary>All runs let go of their folders: their supervisor stops.</summary>
    internal void ReleaseFolders()
    {
        foreach (var run in _active.Values)
            run.Dispose();
    }

    /// <summary>A run waits for its turn.</summary>
    internal void Wait(WaitingRun run) => _waiting.Add(run);

    /// <summary>A run waits no longer; false where it did not.</summary>
    internal bool Withdraw(RunId run) => _waiting.RemoveAll(waiting => waiting.Run == run) > 0;

    /// <summary>Nobody waits any longer.</summary>
    internal void WithdrawAll() => _waiting.Clear();

    /// <summary>A run that lost its device, and one that is free for it; null where one of them is missing.</summary>
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

    /// <summary>The run whose turn it is, which waits no longer, and a device for it; null where one of them is missing.</summary>
    /// <param name="now">Unix time, milliseconds.</param>
    internal (WaitingRun Run, IActorRef Device)? TakeNext(long now)
    {
        if (FreeDevice() is not { } device || _waiting.Find(waiting => waiting.NotBefore <= now) is not { } next)
            return null;
        _waiting.Remove(next);
        return (next, device);
    }
}
