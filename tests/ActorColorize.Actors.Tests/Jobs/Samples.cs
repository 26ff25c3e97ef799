using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>Sample jobs, workers and outcomes.</summary>
internal static class Samples
{
    internal static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    internal static readonly JobId Job = new("20260301-120000-aaaaaa");

    internal static readonly ClientId Client = new("ann");

    internal static readonly JobSpecification Specification = new(
        "/archive",
        "/out",
        "/model",
        new string('a', 64),
        0.38,
        null,
        false,
        1,
        1,
        false,
        8,
        128,
        92
    );

    internal static readonly ItemOutcome Done = new ItemOutcome.Done(new string('1', 64), new string('2', 64), 1000, 640, 480, 12.5);

    internal static readonly ItemOutcome Failed = new ItemOutcome.Failed(FailureClass.Unreadable, "no picture");

    internal static readonly ItemOutcome FailedForNow = new ItemOutcome.Failed(FailureClass.Output, "try again", IsTransient: true);

    internal static JobEvents.Submitted Submitted(
        JobId? job = null,
        ClientId? client = null,
        JobPriority priority = JobPriority.Normal,
        BlockerPolicy onBlocker = BlockerPolicy.Wait,
        string? outputRoot = null
    ) =>
        new(
            job ?? Job,
            client ?? Client,
            $"key of {job ?? Job}",
            priority,
            Specification with
            {
                OnBlocker = onBlocker,
                OutputRoot = outputRoot ?? Specification.OutputRoot,
            },
            At
        );

    internal static WorkerId Worker(string device = "gpu", int incarnation = 1) => new(device, $"{incarnation}");

    internal static string[] Paths(long first, int count) => [.. Enumerable.Range(0, count).Select(i => $"{first + i:d7}.jpg")];

    /// <summary>A ledger with this many pictures.</summary>
    internal static JobLedger Ledger(int items, LedgerSettings? settings = null)
    {
        var ledger = new JobLedger(Job, settings ?? new LedgerSettings());
        ledger.Found(Paths(0, items));
        Supply(ledger);
        ledger.TakeChanges();
        return ledger;
    }

    internal static void Supply(JobLedger ledger)
    {
        while (ledger.Wants() is { } wanted)
        {
            var items = Enumerable
                .Range(0, (int)(wanted.UpTo - wanted.After))
                .Select(i => new WorkItem(wanted.After + 1 + i, $"{wanted.After + 1 + i:d7}.jpg", null))
                .ToList();
            ledger.Supply(wanted.Pass, items, wanted.UpTo);
        }
    }

    internal static IReadOnlyList<SettledItem> All(WorkUnit unit, ItemOutcome outcome) =>
        [.. unit.Items.Select(item => new SettledItem(item.Number, outcome))];
}
