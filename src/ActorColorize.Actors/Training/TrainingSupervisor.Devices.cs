using ActorColorize.Actors.Metrics;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Training;

/// <content>The devices, which of them a run gets, and the folders that are held for runs.</content>
public sealed partial class TrainingSupervisor
{
    private static readonly TimeSpan FolderRetry = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IActorRef, TrainingDevice> _devices = [];

    private void ReceiveFromDevices()
    {
        Command<DeviceEvents.Offered>(offered =>
        {
            if (RunOn(Sender) is { } run)
                _metrics.Tell(new MetricsCommands.DeviceMemory(offered.ResidentBytes, run));
            if (_devices.TryAdd(Sender, offered.Device))
                Welcome(Sender, offered.Device);
        });
        Command<DeviceEvents.Leaving>(_ =>
        {
            if (_devices.Remove(Sender, out var leaving))
                _log.Info("device {0} is about to go", leaving.Name);
            if (RunOn(Sender) is { } run)
                Decide(run, state => state.RequestStop(Now)); // whoever wants it trained asks again
            TellDevices();
        });
        Command<TurnTimer>(_ => TakeTurns());
    }

    private void Welcome(IActorRef device, TrainingDevice description)
    {
        _log.Info("device {0} is there to train", description.Name);
        Context.Watch(device);
        if (_journalled.FirstOrDefault(entry => entry.Value is [.., not RunHistoryEvents.Ended]) is { Value: not null } unfinished)
            device.Tell(new DeviceCommands.CloseRun(unfinished.Key)); // it may still be at what a supervisor before this one gave to it
        TellDevices();
        TakeTurns();
    }

    /// <summary>A device has gone, and what it had in memory with it.</summary>
    private void LoseDevice(IActorRef device)
    {
        // It had said that it would go
        var name = _devices.Remove(device, out var description) ? description.Name : device.Path.Address.ToString();
        TellDevices();
        if (RunOn(device) is not { } run)
        {
            _log.Info("device {0} is gone", name);
            return;
        }

        _log.Warning("device {0} is gone; run {1} goes on from its newest checkpoint when one is free", name, run);
        _active[run].LoseDevice();
        TellPlacement(run);
        Decide(run, state => state.DeviceFaulted(new DeviceFault(DeviceFaultKind.ProcessDeath, $"the device {name} is gone"), Now));
        TakeTurns();
    }

    /// <summary>A device's name; null where it is the only one, which needs none.</summary>
    private string? NameOf(IActorRef device) => device.Equals(_ownDevice) ? null : _devices.GetValueOrDefault(device)?.Name;

    private RunId? RunOn(IActorRef device)
    {
        foreach (var (id, run) in _active)
        {
            if (run.Device.Equals(device))
                return id;
        }

        return null;
    }

    private IActorRef? FreeDevice() => _devices.Keys.FirstOrDefault(device => RunOn(device) is null);

    /// <summary>
    /// Gives devices that are free to those who wait: first to runs that have lost theirs, then in the order in which they came.
    /// </summary>
    private void TakeTurns()
    {
        foreach (var (id, run) in _active.Where(entry => entry.Value.Device.IsNobody()).ToArray())
        {
            if (FreeDevice() is not { } device)
                return;
            run.MoveTo(device);
            TellPlacement(id);
        }

        while (FreeDevice() is { } device && _waiting.Find(waiting => waiting.NotBefore <= Now) is { } next)
        {
            _waiting.Remove(next);
            Begin(next, device);
        }
    }

    private void WaitForFolder(WaitingRun start)
    {
        _log.Warning("run {0} waits: another process is still training in {1}", start.Run, start.Command.RunFolder);
        _waiting.Add(start with { NotBefore = Now + (long)FolderRetry.TotalMilliseconds });
        Timers.StartSingleTimer(new TurnTimer(start.Run), new TurnTimer(start.Run), FolderRetry);
        TellPlacement(start.Run);
    }

    /// <summary>One process at a time trains in a folder; null while another does.</summary>
    /// <exception cref="RunFolderException">The folder cannot be held.</exception>
    private static FolderLock? Hold(RunFolder folder)
    {
        try
        {
            return FolderLock.TryTake(folder.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"{folder.Path} cannot be written to: {e.Message}", e);
        }
    }

    private void TellDevices()
    {
        var devices = new SupervisorMessages.Devices([.. _devices.Values]);
        foreach (var watcher in _placementWatchers)
            watcher.Tell(devices);
    }

    private sealed record TurnTimer(RunId Run);
}
