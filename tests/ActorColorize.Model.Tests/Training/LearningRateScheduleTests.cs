using ActorColorize.Model.Training;

namespace ActorColorize.Model.Tests.Training;

public sealed class LearningRateScheduleTests
{
    private static readonly TrainingConfiguration Configuration = new()
    {
        Steps = 1001,
        WarmupSteps = 100,
        LearningRate = 1e-3,
        FinalLearningRate = 1e-5,
    };

    /// <summary>
    /// Expected numbers by hand: a hundredth of the rate per warm-up step; half-way down the cosine is the mean of both rates.
    /// </summary>
    [Theory]
    [InlineData(0, 1e-5)]
    [InlineData(49, 5e-4)]
    [InlineData(100, 1e-3)]
    [InlineData(550, 5.05e-4)]
    [InlineData(1000, 1e-5)]
    [InlineData(5000, 1e-5)]
    public void The_rate_rises_linearly_and_falls_by_a_cosine(long step, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(Configuration, step), 1e-9);

    [Fact]
    public void A_short_run_warms_up_over_at_most_a_quarter()
    {
        var brief = Configuration with { Steps = 40 };
        Assert.Equal(1e-3, LearningRateSchedule.At(brief, 10), 1e-9);
        Assert.Equal(1e-5, LearningRateSchedule.At(brief, 39), 1e-9);
        Assert.True(double.IsFinite(LearningRateSchedule.At(Configuration with { Steps = 1 }, 0)));
    }
}
