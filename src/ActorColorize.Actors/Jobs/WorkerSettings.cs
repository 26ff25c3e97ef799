using ActorColorize.Actors.Jobs.Archive;

namespace ActorColorize.Actors.Jobs;

/// <summary>Settings of a device's worker.</summary>
public sealed record WorkerSettings
{
    /// <summary>The device's name, the same after every restart and another one for every device of the service.</summary>
    public string Device { get; init; } = "local";

    /// <summary>Units held at a time: one in work, one being read.</summary>
    public int Credit { get; init; } = 2;

    /// <summary>How archives and results are reached on this host.</summary>
    public IArchiveFiles Files { get; init; } = new SharedFolderFiles();

    /// <summary>How often a picture is tried again on this device when one of its actors crashes.</summary>
    public int MaximumTries { get; init; } = 3;

    /// <summary>Interval of heartbeats while no lease is held; with a lease, four heartbeats are sent within its term.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
