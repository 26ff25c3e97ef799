namespace ActorColorize.Protocol;

/// <summary>Number of pictures of a job in each terminal state.</summary>
/// <param name="Done">Coloured by this job.</param>
/// <param name="AlreadyDone">Coloured by an earlier job.</param>
/// <param name="AlreadyColour">Skipped because they are already in colour.</param>
/// <param name="Failed">Not coloured; each has its reason.</param>
/// <param name="Quarantined">Abandoned because they crashed workers.</param>
/// <param name="Salvaged">Of the coloured ones: from damaged files, as far as they could be read.</param>
/// <param name="Doubtful">Skipped because they may be in colour or toned.</param>
/// <param name="Toned">Skipped because they are toned.</param>
/// <param name="BlackAndWhite">Skipped because they hold black and white only.</param>
public readonly record struct JobCounts(
    long Done,
    long AlreadyDone,
    long AlreadyColour,
    long Failed,
    long Quarantined = 0,
    long Salvaged = 0,
    long Doubtful = 0,
    long Toned = 0,
    long BlackAndWhite = 0
)
{
    /// <summary>Skipped pictures, for any reason.</summary>
    public long Skipped => AlreadyDone + AlreadyColour + Doubtful + Toned + BlackAndWhite;

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
            ItemOutcome.Done { Remarks.IsSalvaged: true } => this with { Done = Done + change, Salvaged = Salvaged + change },
            ItemOutcome.Done => this with { Done = Done + change },
            ItemOutcome.Skipped { Reason: SkipReason.AlreadyDone } => this with { AlreadyDone = AlreadyDone + change },
            ItemOutcome.Skipped { Reason: SkipReason.Doubtful } => this with { Doubtful = Doubtful + change },
            ItemOutcome.Skipped { Reason: SkipReason.Toned } => this with { Toned = Toned + change },
            ItemOutcome.Skipped { Reason: SkipReason.BlackAndWhite } => this with { BlackAndWhite = BlackAndWhite + change },
            ItemOutcome.Skipped => this with { AlreadyColour = AlreadyColour + change },
            ItemOutcome.Quarantined => this with { Quarantined = Quarantined + change },
            _ => this with { Failed = Failed + change },
        };
}
