using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Protocol.Tests.Serialization;

/// <summary>Messages stay small, whatever the names in an archive.</summary>
public sealed class SizeTests
{
    private const int Small = 32 * 1024;

    private static readonly string LongestPath = string.Join('/', Enumerable.Repeat(new string('n', 255), 17))[..4096];

    private static readonly string Sha256 = new('a', 64);

    [Theory]
    [InlineData(20)]
    [InlineData(255)]
    [InlineData(4096)]
    public void A_unit_filled_up_to_its_budget_is_small(int pathBytes)
    {
        var specification = new JobSpecification(
            LongestPath,
            LongestPath,
            LongestPath,
            Sha256,
            1.0 / 3,
            1.0 / 3,
            true,
            1.0 / 3,
            1.0 / 3,
            true,
            512,
            1024,
            100
        );
        var items = new List<WorkItem>();
        for (var bytes = 0; items.Count < 32 && bytes < WorkUnitSize.Budget; bytes += WorkUnitSize.Of(items[^1]))
            items.Add(new WorkItem(long.MaxValue, LongestPath[..pathBytes], new RecordedResult(Sha256, long.MaxValue)));
        var granted = new WorkEvents.WorkGranted(
            new WorkUnit(new JobId("20260101-000000-abcdef"), long.MaxValue, new LeaseEpoch(int.MaxValue), items, specification),
            TimeSpan.MaxValue
        );

        Assert.InRange(Bytes(granted), 1, Small);
    }

    [Fact]
    public void An_item_takes_no_more_than_it_is_counted_for()
    {
        var specification = new JobSpecification("/in", "/out", "/model", Sha256, 0.38, null, false, 1, 1, false, 8, 256, 92);
        var item = new WorkItem(long.MaxValue, "ünïcode/色.jpg", new RecordedResult(Sha256, long.MaxValue));
        WorkEvents.WorkGranted Granted(params WorkItem[] items) =>
            new(new WorkUnit(new JobId("j"), 1, new LeaseEpoch(1), items, specification), TimeSpan.MaxValue);

        Assert.InRange(Bytes(Granted(item)) - Bytes(Granted()), 1, WorkUnitSize.Of(item));
    }

    [Fact]
    public void The_longest_names_and_causes_make_small_messages()
    {
        var job = new JobId("20260101-000000-abcdef");
        var cause = new string('c', 100_000);
        var failed = new ItemOutcome.Failed(FailureClass.Unreadable, cause);
        object[] messages =
        [
            new JobCommands.Submit(
                new CommandId("c"),
                new ClientId("c"),
                LongestPath,
                JobPriority.High,
                new JobSpecification(LongestPath, LongestPath, LongestPath, Sha256, 1, 1, true, 1, 1, true, 8, 256, 92, LongestPath)
            ),
            new JobEvents.ItemSettled(job, 1, LongestPath, failed),
            new JobEvents.EntryPassedOver(job, LongestPath, cause),
            new WorkCommands.SettleItems(new WorkerId("d", "i"), new WorkLease(job, 1, new LeaseEpoch(1)), [new SettledItem(1, failed)]),
            new DeviceEvents.DeviceFaulted(new DeviceFault(DeviceFaultKind.Crash, cause)),
            new RunEvents.CheckpointRejected(new RunId("r"), LongestPath, cause),
            new TrainingCommands.Submit(
                new CommandId("c"),
                new ClientId("c"),
                new string('k', 256),
                new TrainingRequest(LongestPath, LongestPath, new string('n', 128), Configuration: LongestPath, Checkpoint: LongestPath)
            ),
            new TrainingReports.RunUpdates(
                1,
                new TrainingReports.RunStatus(
                    new RunId("r"),
                    new ClientId("c"),
                    new string('k', 256),
                    new string('n', 128),
                    LongestPath,
                    LongestPath,
                    TrainingPhase.Failed,
                    new StepNumber(1),
                    1,
                    null,
                    null,
                    LongestPath,
                    1,
                    cause,
                    default,
                    null,
                    cause
                ),
                [.. Enumerable.Repeat(new RunNotice(1, default, new string('t', 301)), 20)],
                true
            ),
        ];

        Assert.All(messages, message => Assert.InRange(Bytes(message), 1, Small));
    }

    private static int Bytes(object message) => ProtocolMessages.Of(message).ToBytes(message).Length;
}
