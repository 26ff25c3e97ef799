namespace ActorColorize.Protocol;

/// <summary>How many pictures of a job are in which terminal state.</summary>
/// <param name="Done">Coloured by this job.</param>
/// <param name="AlreadyDone">Coloured by an earlier one.</param>
/// <param name="AlreadyColour">Left alone because they have colour.</param>
/// <param name="Failed">Not coloured; the reason is with each.</param>
/// <param name="Quarantined">Given up because workers died of them.</param>
public readonly record struct JobCounts(long Done, long AlreadyDone, long AlreadyColour, long Failed, long Quarantined = 0)
{
    /// <summary>Pictures left as they are, for either reason.</summary>
    public long Skipped => AlreadyDone + AlreadyColour;

    /// <summary>Pictures that are not coloured although they should be.</summary>
    public long Unfinished => Failed + Quarantined;

    /// <summary>Pictures in a terminal state.</summary>
    public long Settled => Done + Skipped + Unfinished;

    /// <summary>The counts with one more picture settled.</summary>
    public JobCounts With(ItemOutcome outcome) => Plus(outcome, 1);

    /// <summary>The counts with one picture less: it is taken up again.</summary>
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
