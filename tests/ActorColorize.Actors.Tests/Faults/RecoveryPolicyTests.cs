using ActorColorize.Actors.Faults;
using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Tests.Faults;

public sealed class RecoveryPolicyTests
{
    [Fact]
    public void Settings_are_taken_by_name_and_the_others_stay()
    {
        var policy = new RecoveryPolicy { FaultsPerHour = 7 }.With("nonFiniteInARow=5, learningRateFactor=0.25,firstbackoffseconds=0");

        Assert.Equal(
            new RecoveryPolicy
            {
                NonFiniteInARow = 5,
                LearningRateFactor = 0.25,
                FirstBackoffSeconds = 0,
                FaultsPerHour = 7,
            },
            policy
        );
        Assert.Equal(policy, policy.With(string.Empty));
    }

    [Theory]
    [InlineData("nonFiniteInARows=5", "no setting 'nonFiniteInARows'")]
    [InlineData("nonFiniteInARow", "has no number")]
    [InlineData("nonFiniteInARow=many", "has no number")]
    [InlineData("nonFiniteInARow=0", "recovery.nonFiniteInARow is 0")]
    [InlineData("nonFiniteInARow=1.5", "a whole number from 1 up")]
    [InlineData("learningRateFactor=0", "above 0 and at most 1")]
    [InlineData("learningRateFactor=NaN", "above 0 and at most 1")]
    [InlineData("longestBackoffSeconds=0.5", "from firstBackoffSeconds")]
    [InlineData("faultsPerHour=-1", "from 1 up")]
    public void A_wrong_setting_is_named(string text, string message)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => new RecoveryPolicy().With(text));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_can_be_set() =>
        Assert.Equal(
            typeof(RecoveryPolicy)
                .GetProperties()
                .Where(property => property.CanWrite)
                .Select(property => property.Name)
                .Order(StringComparer.OrdinalIgnoreCase),
            RecoveryPolicy.Names.Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase
        );
}
