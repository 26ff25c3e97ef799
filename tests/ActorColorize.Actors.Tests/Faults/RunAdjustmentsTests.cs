using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Tests.Metrics;
using ActorColorize.Actors.Training;

namespace ActorColorize.Actors.Tests.Faults;

public sealed class RunAdjustmentsTests
{
    [Fact]
    public void The_learning_rate_of_a_step_is_the_product_of_the_cuts_before_it()
    {
        var adjustments = RunAdjustments.None.Cut(100, 0.5).Cut(100, 0.5).Cut(300, 0.1);

        Assert.Equal([1, 1, 0.25, 0.25, 0.025], new long[] { 0, 99, 100, 299, 300 }.Select(adjustments.LearningRateFactorAt));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        using var scratch = new TemporaryFolder();
        var folder = new RunFolder(scratch.Path);
        var adjustments = RunAdjustments.None.Cut(20, 0.5).Quarantine(31).Quarantine(29).Quarantine(31) with { MemoryLevel = 2 };

        Assert.Equal(RunAdjustments.None, RunAdjustments.Load(folder));
        adjustments.Save(folder);

        Assert.Equal(adjustments, RunAdjustments.Load(folder));
        Assert.Equal([29, 31], RunAdjustments.Load(folder).QuarantinedSteps);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"formatVersion":2}""")]
    [InlineData("""{"formatVersion":1,"learningRateCuts":null}""")]
    public void A_file_that_cannot_be_understood_is_refused(string text)
    {
        using var scratch = new TemporaryFolder();
        var folder = new RunFolder(scratch.Path);
        File.WriteAllText(folder.Adjustments, text);

        var refusal = Assert.Throws<RunFolderException>(() => RunAdjustments.Load(folder));

        Assert.Contains(folder.Adjustments, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_records_of_one_run_are_put_together()
    {
        var journal = RunAdjustments.None.Cut(20, 0.5).Cut(40, 0.5).Quarantine(31) with { MemoryLevel = 1 };
        var file = RunAdjustments.None.Cut(20, 0.5).Quarantine(29) with { MemoryLevel = 2 };

        Assert.Equal(
            RunAdjustments.None.Cut(20, 0.5).Cut(40, 0.5).Quarantine(29).Quarantine(31) with
            {
                MemoryLevel = 2,
            },
            journal.And(file)
        );
    }

    [Fact]
    public void Faults_leak_away_evenly_over_an_hour()
    {
        var rate = default(FaultRate);
        for (var fault = 0; fault < 4; fault++)
            rate = rate.Add(1_000_000, allowedPerHour: 4);
        Assert.False(rate.Exceeds(4));
        Assert.True(rate.Add(1_000_000, 4).Exceeds(4));
        Assert.False(rate.Add(1_000_000 + 900_000, 4).Exceeds(4));
        Assert.Equal(1, rate.Add(1_000_000 + 3_600_000, 4).Level);
        Assert.Equal(5, rate.Add(0, 4).Level); // a clock that was set back
    }
}
