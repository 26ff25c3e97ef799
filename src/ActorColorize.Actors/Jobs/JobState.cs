using System.Collections.Immutable;
using ActorColorize.Protocol;
using static ActorColorize.Protocol.JobEvents;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The life of a job as a whole, made of the facts that were decided about it: a question in, facts out; a fact in, the next state out.
/// What becomes of the single pictures is <see cref="JobLedger"/>'s, and the two meet in their counts.
/// <code>
///                                     Paused ⇄ (a pause per owner: clients, the service)
///                                       ▲▼
///  Submitted ──▶ Scanning ──ArchiveScanned──▶ Queued ──Started──▶ Running ──every picture settled──▶ Finalizing ──Ended──▶ Completed
///                   │  grants already             │                  │                                   ▲   │
/// CompletedWithErrors ─┐
///                   └──────────── CancelRequested ──▶ Cancelling ───┴───── nothing is leased any more ────┘   ├──▶ Cancelled
/// │
///                   └──────────── a blocker, and the job is not to wait ──────────────────────────────────┴──▶ Failed
/// FailedRetried ─────┘
///                                                                                                                              back to
/// Running
/// </code>
/// The phase is not kept but follows from the facts, so that no state exists that the picture does not have. A fact that does not fit
/// changes nothing.
/// </summary>
public sealed record JobState
{
    private JobState(Submitted submitted)
    {
        Origin = submitted;
        Priority = submitted.Priority;
    }

    /// <summary>What the job began with.</summary>
    public Submitted Origin { get; }

    /// <summary>The job.</summary>
    public JobId Job => Origin.Job;

    /// <summary>What it does.</summary>
    public JobSpecification Specification => Origin.Specification;

    /// <summary>
    /// Whether somebody waits for it and asks for nothing afterwards: a picture that was posted, a command that ends with it. It fails
    /// where others wait, and is forgotten soon after its end; ten thousand pictures a day would otherwise be ten thousand jobs a day in
    /// every list.
    /// </summary>
    public bool IsPassing => Specification.OnBlocker == BlockerPolicy.Fail;

    /// <summary>How urgent it is.</summary>
    public JobPriority Priority { get; private init; }

    /// <summary>The walk through the archive, once it has come to its end.</summary>
    public ArchiveScanned? Scan { get; private init; }

    /// <summary>When the first picture was leased; null before.</summary>
    public DateTimeOffset? StartedAt { get; private init; }

    /// <summary>Who keeps it paused.</summary>
    public ImmutableList<JobPause> Pauses { get; private init; } = [];

    /// <summary>Set when it is to end early.</summary>
    public CancelRequested? Cancel { get; private init; }

    /// <summary>How it will end, once nothing but the manifest is left to do.</summary>
    public FinalizingBegun? Ending { get; private init; }

    /// <summary>How it ended; null before.</summary>
    public JobEnded? End { get; private init; }

    /// <summary>Where the job is in its life.</summary>
    public JobPhase Phase =>
        this switch
        {
            { End.Outcome: JobOutcome.Completed } => JobPhase.Completed,
            { End.Outcome: JobOutcome.CompletedWithErrors } => JobPhase.CompletedWithErrors,
            { End.Outcome: JobOutcome.Cancelled } => JobPhase.Cancelled,
            { End: not null } => JobPhase.Failed,
            { Ending: not null } => JobPhase.Finalizing,
            { Cancel: not null } => JobPhase.Cancelling,
            { Pauses.IsEmpty: false } => JobPhase.Paused,
            { Scan: null } => JobPhase.Scanning,
            { StartedAt: null } => JobPhase.Queued,
            _ => JobPhase.Running,
        };

    /// <summary>Whether it is over; only <see cref="JobPhase.CompletedWithErrors"/> can be taken up again.</summary>
    public bool IsOver => End is not null;

    /// <summary>Whether pictures may be leased.</summary>
    public bool GrantsWork => Phase is JobPhase.Scanning or JobPhase.Queued or JobPhase.Running;

    /// <summary>Whether the archive's walk has to be begun or gone on with.</summary>
    public bool Scans => Scan is null && Ending is null && End is null && Cancel is null;

    /// <summary>The job that a submission begins.</summary>
    public static JobState From(Submitted submitted) => new(submitted);

    /// <summary>The job that facts make, from its submission on.</summary>
    public static JobState From(IReadOnlyList<IJobFact> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Skip(1).Aggregate(From((Submitted)facts[0]), (state, fact) => state.Apply(fact));
    }

    /// <summary>The shortest facts that make this state.</summary>
    public IReadOnlyList<IJobFact> ToFacts()
    {
        var facts = new List<IJobFact> { Origin };
        if (Priority != Origin.Priority)
            facts.Add(new PriorityChanged(Job, Priority));
        if (Scan is not null)
            facts.Add(Scan);
        if (StartedAt is { } at)
            facts.Add(new Started(Job, at));
        facts.AddRange(Pauses.Select(pause => new Paused(Job, pause)));
        if (Cancel is not null)
            facts.Add(Cancel);
        if (Ending is not null)
            facts.Add(Ending);
        if (End is not null)
            facts.Add(End);
        return facts;
    }

    /// <summary>The state after a fact; a fact that does not fit changes nothing.</summary>
    public JobState Apply(IJobFact fact) =>
        fact switch
        {
            _ when fact.Job != Job => this,
            PriorityChanged changed when !IsOver => this with { Priority = changed.Priority },
            ArchiveScanned scanned when Scan is null => this with { Scan = scanned },
            Started started when StartedAt is null => this with { StartedAt = started.At },
            Paused paused when MayPause => this with
            {
                Pauses = Pauses.RemoveAll(other => other.Owner == paused.Pause.Owner).Add(paused.Pause),
            },
            Resumed resumed => this with { Pauses = Pauses.RemoveAll(pause => pause.Owner == resumed.Owner) },
            CancelRequested cancel when MayCancel => this with { Cancel = cancel },
            FinalizingBegun ending when Ending is null && End is null => this with { Ending = ending, Pauses = [] },
            JobEnded end when Ending is not null && End is null => this with { End = end },
            FailedRetried when MayRetry => this with { Ending = null, End = null },
            _ => this,
        };

    /// <summary>Facts of a client's pause.</summary>
    public IReadOnlyList<IJobFact> Pause(JobCommands.Pause command, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(command);
        return MayPause
            ?
            [
                new Paused(
                    Job,
                    new JobPause(PauseOwner.Of(command.Client), command.Reason, now, command.For is { } duration ? now + duration : null)
                ),
            ]
            : [];
    }

    /// <summary>Facts of a blocker that every picture meets: the job waits for its end, or fails.</summary>
    public IReadOnlyList<IJobFact> Meet(JobFailure blocker, string reason, DateTimeOffset now)
    {
        if (Ending is not null || IsOver)
            return [];
        if (Specification.OnBlocker == BlockerPolicy.Fail || Cancel is not null)
            return [new FinalizingBegun(Job, JobOutcome.Failed, blocker, reason)];
        return IsHeldUpBy(blocker) ? [] : [new Paused(Job, new JobPause(PauseOwner.Of(blocker), reason, now, null))];
    }

    /// <summary>Whether the service keeps the job paused because of this blocker.</summary>
    public bool IsHeldUpBy(JobFailure blocker) => Pauses.Exists(pause => pause.Owner == PauseOwner.Of(blocker));

    /// <summary>Facts of a blocker that is gone.</summary>
    public IReadOnlyList<IJobFact> Cleared(JobFailure blocker) =>
        IsHeldUpBy(blocker) ? [new Resumed(Job, PauseOwner.Of(blocker), "resolved")] : [];

    /// <summary>Facts of a client's request to go on: all clients' pauses end.</summary>
    public IReadOnlyList<IJobFact> Resume(ClientId client) =>
        [
            .. Pauses
                .Where(pause => pause.Owner.Kind == PauseOwnerKind.Client)
                .Select(pause => new Resumed(Job, pause.Owner, $"resumed by {client}")),
        ];

    /// <summary>Facts of pauses that were limited, and whose time is over.</summary>
    public IReadOnlyList<IJobFact> ExpirePauses(DateTimeOffset now) =>
        [.. Pauses.Where(pause => pause.Until <= now).Select(pause => new Resumed(Job, pause.Owner, "its time is over"))];

    /// <summary>Facts of a request to end early.</summary>
    public IReadOnlyList<IJobFact> RequestCancel(ClientId client) => MayCancel ? [new CancelRequested(Job, client)] : [];

    /// <summary>Facts of another priority.</summary>
    public IReadOnlyList<IJobFact> SetPriority(JobPriority priority) =>
        IsOver || priority == Priority ? [] : [new PriorityChanged(Job, priority)];

    /// <summary>Facts of taking failed pictures up again.</summary>
    public IReadOnlyList<IJobFact> Retry(bool quarantined, JobCounts counts)
    {
        var takenUp = counts.Failed + (quarantined ? counts.Quarantined : 0);
        return MayRetry && takenUp > 0 ? [new FailedRetried(Job, takenUp, counts.Unfinished - takenUp)] : [];
    }

    /// <summary>Facts of the end of the walk.</summary>
    public IReadOnlyList<IJobFact> Scanned(long items, long passedOver) => Scans ? [new ArchiveScanned(Job, items, passedOver)] : [];

    /// <summary>Facts of the first grant.</summary>
    public IReadOnlyList<IJobFact> Start(DateTimeOffset now) => StartedAt is null ? [new Started(Job, now)] : [];

    /// <summary>Facts of having nothing left to do: every picture settled, or nothing leased any more and no request to go on.</summary>
    /// <param name="leased">Whether anything is at a device.</param>
    /// <param name="counts">Of what is on disk.</param>
    public IReadOnlyList<IJobFact> Settle(bool leased, JobCounts counts)
    {
        if (Ending is not null || IsOver || leased)
            return [];
        if (Scan is { } scan && counts.Settled == scan.Items)
        {
            return counts.Unfinished > 0
                ?
                [
                    new FinalizingBegun(
                        Job,
                        JobOutcome.CompletedWithErrors,
                        null,
                        $"every picture is settled, {counts.Unfinished} of them not coloured"
                    ),
                ]
                : [new FinalizingBegun(Job, JobOutcome.Completed, null, "every picture is settled")];
        }

        return Cancel is null ? [] : [new FinalizingBegun(Job, JobOutcome.Cancelled, null, "cancelled; a second run goes on from here")];
    }

    /// <summary>Facts of a manifest that is in its final form.</summary>
    public IReadOnlyList<IJobFact> Finalized(JobCounts counts, DateTimeOffset now) =>
        Ending is { } ending && End is null ? [new JobEnded(Job, ending.Outcome, counts, ending.Failure, ending.Detail, now)] : [];

    /// <summary>
    /// Facts of a manifest that cannot be brought into its final form: a job that is not to wait has failed; any other waits.
    /// </summary>
    public IReadOnlyList<IJobFact> NotFinalized(string reason, JobCounts counts, DateTimeOffset now) =>
        this switch
        {
            { Ending: null } or { End: not null } => [],
            { Ending: { Outcome: JobOutcome.Failed } failed } =>
            [
                new JobEnded(Job, JobOutcome.Failed, counts, failed.Failure, failed.Detail, now),
            ],
            { Specification.OnBlocker: BlockerPolicy.Fail } =>
            [
                new JobEnded(Job, JobOutcome.Failed, counts, JobFailure.Output, reason, now),
            ],
            _ => [],
        };

    /// <summary>Whether a pause would change anything.</summary>
    public bool MayPause => Cancel is null && Ending is null && End is null;

    /// <summary>Whether a cancellation would change anything.</summary>
    public bool MayCancel => Cancel is null && Ending is null && End is null;

    /// <summary>Whether failed pictures can be taken up again.</summary>
    public bool MayRetry =>
        Phase is JobPhase.Scanning or JobPhase.Queued or JobPhase.Running or JobPhase.Paused or JobPhase.CompletedWithErrors;
}
