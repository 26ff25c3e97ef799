using ActorColorize.Actors.Gpu;
using CsCheck;

namespace ActorColorize.Actors.Tests.Gpu;

/// <summary>Sharing of the device, with made-up times.</summary>
public sealed class DeviceTurnsTests
{
    [Fact]
    public void While_no_run_is_open_colouring_never_waits_and_owes_nothing_afterwards()
    {
        var turns = new DeviceTurns(0);

        turns.Coloured(100, isTraining: false);

        Assert.True(turns.MayColour(isTraining: false));
        Assert.False(turns.MayColour(isTraining: true));
    }

    [Fact]
    public void Colouring_waits_for_the_first_step_and_pays_for_a_batch_that_took_long()
    {
        var turns = new DeviceTurns(0.5);
        Assert.False(turns.MayColour(isTraining: true));

        turns.Trained(1);
        Assert.True(turns.MayColour(isTraining: true));
        turns.Coloured(3, isTraining: true);
        turns.Trained(2);
        Assert.False(turns.MayColour(isTraining: true)); // three seconds for three
        turns.Trained(0.5);
        Assert.True(turns.MayColour(isTraining: true));
    }

    [Fact]
    public void A_share_of_one_never_waits_and_a_share_of_none_always_does()
    {
        var (all, none) = (new DeviceTurns(1), new DeviceTurns(0));
        all.Coloured(1000, isTraining: true);
        none.Trained(1000);

        Assert.True(all.MayColour(isTraining: true));
        Assert.False(none.MayColour(isTraining: true));
    }

    [Fact]
    public void Hours_without_an_archive_are_no_credit_for_hours_of_colouring()
    {
        var turns = new DeviceTurns(0.5);
        for (var step = 0; step < 10_000; step++)
            turns.Trained(1);

        var seconds = 0.0;
        while (turns.MayColour(isTraining: true))
        {
            turns.Coloured(0.25, isTraining: true);
            seconds += 0.25;
        }

        Assert.InRange(seconds, 0.25, 2.25);
    }

    [Fact]
    public void When_the_run_is_closed_what_is_owed_is_forgotten()
    {
        var turns = new DeviceTurns(0.5);
        turns.Trained(0.1);
        turns.Coloured(50, isTraining: true);

        turns.TrainingEnded();
        turns.Trained(0.1);

        Assert.True(turns.MayColour(isTraining: true));
    }

    /// <summary>
    /// Whatever the pieces' lengths: the share is held to within one batch and the credit that may be saved, and with enough to colour it
    /// is used up.
    /// </summary>
    [Fact]
    public void In_the_long_run_colouring_has_its_share_and_no_more() =>
        Gen.Select(Gen.Double[0.05, 0.95], Gen.Double[0.01, 2], Gen.Double[0.01, 2], Gen.Int)
            .Sample(
                (share, longestStep, longestBatch, seed) =>
                {
                    var random = new Random(seed);
                    var turns = new DeviceTurns(share);
                    var (trained, coloured) = (0.0, 0.0);
                    for (var step = 0; step < 2000; step++)
                    {
                        var seconds = longestStep * random.NextDouble();
                        turns.Trained(seconds);
                        trained += seconds;
                        while (turns.MayColour(isTraining: true))
                        {
                            var batch = longestBatch * (0.1 + 0.9 * random.NextDouble());
                            turns.Coloured(batch, isTraining: true);
                            coloured += batch;
                        }
                    }

                    var due = trained * share / (1 - share);
                    Assert.InRange(coloured, 0, due + longestBatch);
                    if (longestStep * share / (1 - share) < 2)
                        Assert.InRange(coloured, due - 1e-6 * due - 1e-6, due + longestBatch); // no step earns more than may be saved
                }
            );

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void An_invalid_share_is_refused(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceTurns(share));
}
