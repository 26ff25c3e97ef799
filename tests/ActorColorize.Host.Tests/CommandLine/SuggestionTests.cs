using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Tests.CommandLine;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("--dat", "--data")]
    [InlineData("--sede", "--seed")]
    [InlineData("--presett", "--preset")]
    public void A_near_word_is_suggested(string typed, string expected) =>
        Assert.Equal(expected, Suggestion.For(typed, ["--data", "--run", "--seed", "--preset"]));

    [Fact]
    public void A_distant_word_is_not_suggested() => Assert.Null(Suggestion.For("--weather", ["--data", "--run"]));

    // The last pair is the textbook one for the Levenshtein distance.
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("ca", "ac", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_insertions_deletions_replacements_and_swaps(string a, string b, int distance)
    {
        Assert.Equal(distance, Suggestion.Distance(a, b));
        Assert.Equal(distance, Suggestion.Distance(b, a));
    }
}
