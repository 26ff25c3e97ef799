namespace ActorColorize.Actors.Jobs;

/// <summary>A job with its ledger, while it can have work.</summary>
public sealed class JobAtWork
{
    private JobState _state;

    /// <summary>A job with its ledger.</summary>
    /// <param name="state">The job.</param>
    /// <param name="ledger">Its pictures.</param>
    public JobAtWork(JobState state, JobLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        _state = state;
        Ledger = ledger;
        ledger.Changed = () => Changed?.Invoke(this);
    }

    /// <summary>The job.</summary>
    public JobState State
    {
        get => _state;
        set
        {
            _state = value;
            Changed?.Invoke(this);
        }
    }

    /// <summary>Its pictures.</summary>
    public JobLedger Ledger { get; }

    /// <summary>Workers that died on this job in a row, without a picture being settled in between.</summary>
    public int DeathsInARow { get; set; }

    /// <summary>How the last of them died.</summary>
    public string LastDeath { get; set; } = "";

    /// <summary>Called after each change of the state or the ledger, so that jobs that have not changed need not be visited.</summary>
    internal Action<JobAtWork>? Changed { get; set; }

    /// <summary>Devices that have refused the job.</summary>
    internal HashSet<string> RefusedBy { get; } = [];
}
