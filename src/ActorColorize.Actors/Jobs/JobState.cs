using System.Collections.Immutable;
using System.Globalization;
using ActorColorize.Protocol;
using static ActorColorize.Protocol.JobEvents;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The state of a job as a whole, folded from the facts that were decided about it: a request in, facts out; a fact in, the next state out.
/// The single pictures are tracked by the <see cref="JobLedger"/>; its counts are passed in.
/// <code>
///                                     Paused ⇄ (a pause per owner: clients, the service)
///                                       ▲▼
///  Submitted ──▶ Scanning ──ArchiveScanned──▶ Queued ──Started──▶ Running ──all settled──▶ Finalizing ──Ended─┬▶ Completed
///                   │  grants already            │                  │                          ▲               ├▶ CompletedWithErrors
///                   ├── CancelRequested ─────────┴──▶ Cancelling ───┴─── nothing is leased ────┘               ├▶ Cancelled
///                   └── a blocker, and the job must not wait ──────────────────────────────────────────────────┴▶ Failed
///
///  Finalizing ──the output cannot be written──▶ waits for it, or ends as Cancelled if that was requested, before or meanwhile
///  CompletedWithErrors ──FailedRetried──▶ Running
/// </code>
/// The phase is not stored but derived from the facts, so that no state exists outside the diagram. A fact that does not fit changes
/// nothing.
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
    /// Whether a client waits for it and needs nothing afterwards: a picture that was posted, or a one-shot command. It fails where other
    /// jobs wait for a blocker, and is deleted soon after its end; otherwise ten thousand pictures a day would be ten thousand jobs a day
    /// in every list.
    /// </summary>
    public bool IsPassing => Specification.OnBlocker == BlockerPolicy.Fail;

    /// <summary>How urgent it is.</summary>
    public JobPriority Priority { get; private init; }

    /// <summary>The result of the archive's walk; null until it is complete.</summary>
    public ArchiveScanned? Scan { get; private init; }

    /// <summary>When the first picture was leased; null before.</summary>
    public DateTimeOffset? StartedAt { get; private init; }

    /// <summary>The pauses in effect, one per owner.</summary>
    public ImmutableList<JobPause> Pauses { get; private init; } = [];

    /// <summary>The request to end early; null without one.</summary>
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

    /// <summary>Whether it has ended; only <see cref="JobPhase.CompletedWithErrors"/> can be retried.</summary>
    public bool IsOver => End is not null;

    /// <summary>Whether pictures may be leased.</summary>
    public bool GrantsWork => Phase is JobPhase.Scanning or JobPhase.Queued or JobPhase.Running;

    /// <summary>Whether the archive's walk has to be started or continued.</summary>
    public bool Scans => Scan is null && Ending is null && End is null && Cancel is null;

    /// <summary>The job after its submission.</summary>
    public static JobState From(Submitted submitted) => new(submitted);

    /// <summary>The job after a list of facts, beginning with its submission.</summary>
    public static JobState From(IReadOnlyList<IJobFact> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Skip(1).Aggregate(From((Submitted)facts[0]), (state, fact) => state.Apply(fact));
    }

    /// <summary>The shortest list of facts that produces this state.</summary>
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

    /// <summary>Facts for a pause by a client.</summary>
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

    /// <summary>Facts for a blocker that affects every picture: the job waits until it is cleared, or fails.</summary>
    public IReadOnlyList<IJobFact> Block(JobFailure blocker, string reason, DateTimeOffset now)
    {
        if (Ending is not null || IsOver)
            return [];
        if (Specification.OnBlocker == BlockerPolicy.Fail || Cancel is not null)
            return [new FinalizingBegun(Job, JobOutcome.Failed, blocker, reason)];
        return IsBlockedBy(blocker) ? [] : [new Paused(Job, new JobPause(PauseOwner.Of(blocker), reason, now, null))];
    }

    /// <summary>Whether the service keeps the job paused because of this blocker.</summary>
    public bool IsBlockedBy(JobFailure blocker) => Pauses.Exists(pause => pause.Owner == PauseOwner.Of(blocker));

    /// <summary>Facts for a blocker that is cleared.</summary>
    public IReadOnlyList<IJobFact> Cleared(JobFailure blocker) =>
        IsBlockedBy(blocker) ? [new Resumed(Job, PauseOwner.Of(blocker), "resolved")] : [];

    /// <summary>Facts for a client's request to resume: the pauses of all clients end.</summary>
    public IReadOnlyList<IJobFact> Resume(ClientId client) =>
        [
            .. Pauses
                .Where(pause => pause.Owner.Kind == PauseOwnerKind.Client)
                .Select(pause => new Resumed(Job, pause.Owner, $"resumed by {client}")),
        ];

    /// <summary>Facts for limited pauses whose time has expired.</summary>
    public IReadOnlyList<IJobFact> ExpirePauses(DateTimeOffset now) =>
        [.. Pauses.Where(pause => pause.Until <= now).Select(pause => new Resumed(Job, pause.Owner, "its time has expired"))];

    /// <summary>Facts for a request to end early.</summary>
    public IReadOnlyList<IJobFact> RequestCancel(ClientId client) => MayCancel ? [new CancelRequested(Job, client)] : [];

    /// <summary>Facts for another priority.</summary>
    public IReadOnlyList<IJobFact> SetPriority(JobPriority priority) =>
        IsOver || priority == Priority ? [] : [new PriorityChanged(Job, priority)];

    /// <summary>Facts for retrying failed pictures.</summary>
    public IReadOnlyList<IJobFact> Retry(bool quarantined, JobCounts counts)
    {
        var takenUp = counts.Failed + (quarantined ? counts.Quarantined : 0);
        return MayRetry && takenUp > 0 ? [new FailedRetried(Job, takenUp, counts.Unfinished - takenUp)] : [];
    }

    /// <summary>Facts for the end of the walk.</summary>
    public IReadOnlyList<IJobFact> Scanned(long items, long passedOver) => Scans ? [new ArchiveScanned(Job, items, passedOver)] : [];

    /// <summary>Facts for the first grant.</summary>
    public IReadOnlyList<IJobFact> Start(DateTimeOffset now) => StartedAt is null ? [new Started(Job, now)] : [];

    /// <summary>
    /// Facts for having nothing left to do: every picture is settled, or the job is cancelled and nothing is leased any more.
    /// </summary>
    /// <param name="leased">Whether any picture is leased.</param>
    /// <param name="counts">The counts that are on disk.</param>
    public IReadOnlyList<IJobFact> Settle(bool leased, JobCounts counts)
    {
        if (Ending is not null || IsOver || leased)
            return [];
        if (Scan is { } scan && counts.Settled == scan.Items)
        {
            return counts.Unfinished > 0 || counts.Salvaged > 0
                ?
                [
                    new FinalizingBegun(
                        Job,
                        JobOutcome.CompletedWithErrors,
                        null,
                        $"every picture is settled, {counts.Unfinished} of them not coloured"
                            + (counts.Salvaged > 0 ? $", {counts.Salvaged} coloured from damaged files" : "")
                    ),
                ]
                : [new FinalizingBegun(Job, JobOutcome.Completed, null, "every picture is settled")];
        }

        if (Cancel is null)
            return [];
        var items = Scan is { Items: var all } ? string.Create(CultureInfo.InvariantCulture, $" of {all:N0}") : string.Empty;
        var detail = string.Create(CultureInfo.InvariantCulture, $"{counts.Settled:N0}{items}; a second run continues from here");
        return [new FinalizingBegun(Job, JobOutcome.Cancelled, null, detail)];
    }

    /// <summary>Facts for a finalized manifest.</summary>
    public IReadOnlyList<IJobFact> Finalized(JobCounts counts, DateTimeOffset now) =>
        Ending is { } ending && End is null ? [new JobEnded(Job, ending.Outcome, counts, ending.Failure, ending.Detail, now)] : [];

    /// <summary>
    /// Facts for a manifest that cannot be finalized: a job that is cancelled ends without it, one that must not wait fails, any other
    /// waits.
    /// </summary>
    public IReadOnlyList<IJobFact> NotFinalized(string reason, JobCounts counts, DateTimeOffset now) =>
        this switch
        {
            { Ending: null } or { End: not null } => [],
            { Ending: { Outcome: JobOutcome.Failed } failed } =>
            [
                new JobEnded(Job, JobOutcome.Failed, counts, failed.Failure, failed.Detail, now),
            ],
            { Cancel: not null } =>
            [
                new JobEnded(
                    Job,
                    JobOutcome.Cancelled,
                    counts,
                    JobFailure.Output,
                    $"cancelled; its manifest could not be written: {reason}",
                    now
                ),
            ],
            { Specification.OnBlocker: BlockerPolicy.Fail } =>
            [
                new JobEnded(Job, JobOutcome.Failed, counts, JobFailure.Output, reason, now),
            ],
            _ => [],
        };

    /// <summary>Whether a pause would change anything.</summary>
    public bool MayPause => Cancel is null && Ending is null && End is null;

    /// <summary>
    /// Whether a cancellation would change anything. A job that is being finalized may wait for its output folder; cancelled, it does not.
    /// </summary>
    public bool MayCancel => Cancel is null && End is null;

    /// <summary>Whether failed pictures can be retried.</summary>
    public bool MayRetry =>
        Phase is JobPhase.Scanning or JobPhase.Queued or JobPhase.Running or JobPhase.Paused or JobPhase.CompletedWithErrors;
}
