using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;

namespace ActorColorize.Actors.Jobs;

/// <summary>How a coordinator works.</summary>
public sealed record JobCoordinatorSettings
{
    /// <summary>
    /// Opens the store; called for the writer, the reader, and while a manifest is brought into its final form. The connections are used
    /// side by side.
    /// </summary>
    public required Func<IJobStore> OpenStore { get; init; }

    /// <summary>An existing folder for files that are gone again soon.</summary>
    public required string ScratchFolder { get; init; }

    /// <summary>How archives and results are reached.</summary>
    public IArchiveFiles Files { get; init; } = new SharedFolderFiles();

    /// <summary>How work is leased.</summary>
    public LedgerSettings Leasing { get; init; } = new();

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether jobs that an earlier process left unfinished are gone on with. A one-shot command does not: what it does is what it finds
    /// now, so it ends them, which completes their manifest, and its own job skips what they have done.
    /// </summary>
    public bool GoesOnWithUnfinished { get; init; } = true;

    /// <summary>How often leases, pauses and waiting watchers are supervised.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When a blocker is looked at again for the first time; each further time it is twice as long.</summary>
    public TimeSpan FirstLook { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the pictures and the history of a job are kept after its end; the job itself is kept for ever.</summary>
    public TimeSpan KeepDetailsFor { get; init; } = TimeSpan.FromDays(60);

    /// <summary>How long a passing job (<see cref="JobState.IsPassing"/>) is kept after its end.</summary>
    public TimeSpan KeepPassingFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often it is looked what has been kept for long enough.</summary>
    public TimeSpan KeepHouseEvery { get; init; } = TimeSpan.FromSeconds(10);
}
