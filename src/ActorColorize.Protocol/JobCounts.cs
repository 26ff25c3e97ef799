namespace ActorColorize.Protocol;

/// <summary>Number of pictures of a job in each terminal state.</summary>
/// <param name="Done">Coloured by this job.</param>
/// <param name="AlreadyDone">Coloured by an earlier job.</param>
/// <param name="AlreadyColour">Skipped because they are already in colour.</param>
/// <param name="Failed">Not coloured; each has its reason.</param>
/// <param name="Quarantined">Abandoned because they crashed workers.</param>
public readonly record struct JobCounts(long Done, long AlreadyDone, long AlreadyColour, long Failed, long Quarantined = 0)
{
    /// <summary>Skipped pictures, for either reason.</summary>
    public long Skipped => AlreadyDone + AlreadyColour;

    /// <summary>Pictures that could not be coloured.</summary>
    public long Unfinished => Failed + Quarantined;

    /// <summary>Pictures in a terminal state.</summary>
    public long Settled => Done + Skipped + Unfinished;

    /// <summary>The counts with one more picture settled.</summary>
    public JobCounts With(ItemOutcome outcome) => Plus(outcome, 1);

    /// <summary>The counts with one picture less: it is retried.</summary>
    public JobCounts Without(ItemOutcome outcome) => Plus(outcome, -1);

    private JobCounts Plus(ItemOutcome outcome, int change) =>
        outcome switch
        {
            ItemOutcome.Done => this with { Done = Done + change },
            ItemOutcome.Skipped { Reason: SkipReason.AlreadyDone } => this with { AlreadyDone = AlreadyDone + change },
            ItemOutcome.Skipped => this with { AlreadyColour = AlreadyColour + change },
            ItemOutcome.Quarantined => this with { Quarantined = Quarantined + change },
            _ => this with { Failed = Failed + change },
        };
}
