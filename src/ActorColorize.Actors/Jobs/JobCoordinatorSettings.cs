using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Jobs.Store;

namespace ActorColorize.Actors.Jobs;

/// <summary>Settings of a job coordinator.</summary>
public sealed record JobCoordinatorSettings
{
    /// <summary>
    /// Opens the store; called for the writer, the reader, and while a manifest is finalized. The connections are used concurrently.
    /// </summary>
    public required Func<IJobStore> OpenStore { get; init; }

    /// <summary>An existing folder for temporary files.</summary>
    public required string ScratchFolder { get; init; }

    /// <summary>How archives and results are reached.</summary>
    public IArchiveFiles Files { get; init; } = new SharedFolderFiles();

    /// <summary>How work is leased.</summary>
    public LedgerSettings Leasing { get; init; } = new();

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether jobs that an earlier process left unfinished are resumed. A one-shot command cancels them instead, which completes their
    /// manifests, and its own job skips the pictures that they have coloured.
    /// </summary>
    public bool GoesOnWithUnfinished { get; init; } = true;

    /// <summary>How often leases, pauses and waiting watchers are checked.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Delay until a blocker is first checked again; it doubles each further time.</summary>
    public TimeSpan FirstCheck { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a drive may give no answer to the walk of an archive before that is a blocker.</summary>
    public TimeSpan WalkDeadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The same for the check of a blocker.</summary>
    public TimeSpan CheckDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the pictures and the history of a job are kept after its end; the job itself is kept forever.</summary>
    public TimeSpan KeepDetailsFor { get; init; } = TimeSpan.FromDays(60);

    /// <summary>How long a passing job (<see cref="JobState.IsPassing"/>) is kept after its end.</summary>
    public TimeSpan KeepPassingFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often expired details and jobs are deleted.</summary>
    public TimeSpan CleanUpEvery { get; init; } = TimeSpan.FromSeconds(10);
}
