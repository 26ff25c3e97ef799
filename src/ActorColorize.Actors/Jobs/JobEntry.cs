using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>Everything that the coordinator keeps in memory of an open job.</summary>
internal sealed class JobEntry(JobState state, JobLedger ledger, string? lastPath, LedgerProgress committed)
{
    /// <summary>The job and its pictures.</summary>
    internal JobAtWork Work { get; } = new(state, ledger);

    internal JobState State
    {
        get => Work.State;
        set => Work.State = value;
    }

    internal JobLedger Ledger => Work.Ledger;

    internal JobId Job => State.Job;

    /// <summary>The last picture that was found.</summary>
    internal string? LastPath { get; set; } = lastPath;

    /// <summary>Walks the archive; null while no walk is in progress.</summary>
    internal IActorRef? Scanner { get; set; }

    /// <summary>How far the walk is.</summary>
    internal WalkStage Walk { get; set; }

    /// <summary>The progress that is on disk.</summary>
    internal LedgerProgress Committed { get; set; } = committed;

    /// <summary>Whether the manifest is being finalized.</summary>
    internal bool IsBeingFinalized { get; set; }

    /// <summary>Why the manifest could not be finalized.</summary>
    internal string? FinalizingTrouble { get; set; }

    /// <summary>Pictures settled recently.</summary>
    internal RecentRate Rate { get; } = new(TimeSpan.FromMinutes(1));

    /// <summary>Whether pictures can be leased and settled.</summary>
    internal bool IsScheduled { get; set; }

    /// <summary>Whether <see cref="OpenJobs"/> counts it among those that write into its output folder.</summary>
    internal bool IsInOutputQueue { get; set; }

    /// <summary>The earliest end of its limited pauses, as <see cref="OpenJobs"/> knows it.</summary>
    internal DateTimeOffset? PauseUntil { get; set; }
}

/// <summary>Stages of the walk through a job's archive.</summary>
internal enum WalkStage
{
    /// <summary>A step is being made, or no walk is in progress.</summary>
    Walking,

    /// <summary>The next step begins when what the last one has found is on disk.</summary>
    Paused,

    /// <summary>The last step has reached the end of the archive.</summary>
    Ended,
}
