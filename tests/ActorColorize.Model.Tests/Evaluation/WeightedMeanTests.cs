using ActorColorize.Model.Evaluation;

namespace ActorColorize.Model.Tests.Evaluation;

public sealed class WeightedMeanTests
{
    [Fact]
    public void Mean_and_jackknife_error_are_those_of_NumPy()
    {
        var fixture = EvaluationFixture.Read("jackknife.json");
        double[] Numbers(string name) => [.. fixture.GetProperty(name).EnumerateArray().Select(static number => number.GetDouble())];

        var mean = WeightedMean.Of([.. Numbers("weights").Zip(Numbers("values"))]);

        Assert.Equal(fixture.GetProperty("mean").GetDouble(), mean.Value, 1e-9);
        Assert.Equal(fixture.GetProperty("standard_error").GetDouble(), mean.StandardError!.Value, 1e-9);
    }

    [Fact]
    public void With_equal_weights_the_error_is_the_textbook_one()
    {
        double[] values = [1, 4, 7, 2];
        var variance = values.Sum(value => (value - 3.5) * (value - 3.5)) / 3;
        Assert.Equal(
            Math.Sqrt(variance / 4),
            WeightedMean.Of([.. values.Select(static value => (2.0, value))]).StandardError!.Value,
            1e-12
        );
    }

    [Fact]
    public void A_single_picture_has_no_error_and_none_has_no_mean()
    {
        Assert.Equal(new WeightedMean(5, null), WeightedMean.Of([(3, 5)]));
        Assert.Throws<ArgumentException>(() => WeightedMean.Of([]));
    }
}
