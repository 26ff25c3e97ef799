using ActorColorize.Actors.Faults;
using ActorColorize.Model.Training;
using CsCheck;

namespace ActorColorize.Actors.Tests.Faults;

public sealed class MemoryLadderTests
{
    [Fact]
    public void It_recomputes_first_then_in_pieces_and_cuts_the_batch_itself_only_at_last()
    {
        var ladder = new MemoryLadder(microBatch: 6, stepsUntilGrowth: 10);
        var seen = new List<StepMemory> { ladder.Memory };
        while (ladder.TryShrink())
            seen.Add(ladder.Memory);

        Assert.Equal(
            [
                new StepMemory(6, false),
                new StepMemory(6, true),
                new StepMemory(6, true, 3),
                new StepMemory(6, true, 2),
                new StepMemory(6, true, 1),
                new StepMemory(3, true, 1),
                new StepMemory(2, true, 1),
                new StepMemory(1, true, 1),
            ],
            seen
        );
        Assert.Equal(seen.Count - 1, MemoryLadder.LastLevel(6));
    }

    [Fact]
    public void It_grows_after_enough_good_steps_and_takes_twice_as_many_when_that_was_too_early()
    {
        var ladder = new MemoryLadder(8, stepsUntilGrowth: 5);
        Assert.True(ladder.TryShrink());

        Assert.Equal(5, StepsUntilGrowth(ladder));
        Assert.Equal(0, ladder.Level);
        Assert.True(ladder.TryShrink());
        Assert.Equal(10, StepsUntilGrowth(ladder));
    }

    [Fact]
    public void Shortage_long_after_growth_does_not_make_it_more_cautious()
    {
        var ladder = new MemoryLadder(8, stepsUntilGrowth: 5);
        ladder.TryShrink();
        StepsUntilGrowth(ladder);
        for (var step = 0; step < 20; step++)
            ladder.StepMade();

        Assert.True(ladder.TryShrink());

        Assert.Equal(5, StepsUntilGrowth(ladder));
    }

    [Fact]
    public void A_level_that_does_not_exist_is_the_last_one() =>
        Assert.Equal(new StepMemory(1, true, 1), new MemoryLadder(4, 5, level: 99).Memory);

    [Fact]
    public void Each_step_down_takes_less_memory_and_never_none() =>
        Gen.Int[1, 5000]
            .Sample(microBatch =>
            {
                var ladder = new MemoryLadder(microBatch, 10);
                var before = ladder.Memory;
                while (ladder.TryShrink())
                {
                    Assert.True(ladder.Memory.Recomputes);
                    Assert.True(ladder.Memory.Piece >= 1 && ladder.Memory.MicroBatchSize >= 1);
                    if (before.Recomputes)
                        Assert.True(ladder.Memory.Piece < before.Piece || ladder.Memory.MicroBatchSize < before.MicroBatchSize);
                    before = ladder.Memory;
                }

                Assert.Equal((1, 1), (before.MicroBatchSize, before.Piece));
            });

    private static int StepsUntilGrowth(MemoryLadder ladder)
    {
        var steps = 1;
        while (!ladder.StepMade())
            steps++;
        return steps;
    }
}
