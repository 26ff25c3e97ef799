using System.Globalization;
using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Faults;

/// <summary>
/// How a run recovers from faults, and how many it tolerates. Part of the run's document, so that a resumed run keeps its policy.
/// </summary>
public sealed record RecoveryPolicy
{
    private static readonly Dictionary<string, Func<RecoveryPolicy, double, RecoveryPolicy>> Settings = new(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["nonFiniteInARow"] = static (policy, value) => policy with { NonFiniteInARow = Whole(value) },
        ["learningRateFactor"] = static (policy, value) => policy with { LearningRateFactor = value },
        ["sameStepFailures"] = static (policy, value) => policy with { SameStepFailures = Whole(value) },
        ["firstBackoffSeconds"] = static (policy, value) => policy with { FirstBackoffSeconds = value },
        ["longestBackoffSeconds"] = static (policy, value) => policy with { LongestBackoffSeconds = value },
        ["faultsPerHour"] = static (policy, value) => policy with { FaultsPerHour = Whole(value) },
        ["stepsUntilGrowth"] = static (policy, value) => policy with { StepsUntilGrowth = Whole(value) },
    };

    /// <summary>Steps in a row whose loss or gradient is not finite that roll the run back to its newest checkpoint.</summary>
    public int NonFiniteInARow { get; init; } = 3;

    /// <summary>What the learning rate is multiplied by at each such rollback.</summary>
    public double LearningRateFactor { get; init; } = 0.5;

    /// <summary>Faults at the same step that end the run as failed.</summary>
    public int SameStepFailures { get; init; } = 3;

    /// <summary>Pause after a fault before the next attempt, seconds; doubles with each further fault at the same step. 0: none.</summary>
    public double FirstBackoffSeconds { get; init; } = 1;

    /// <summary>The longest such pause, seconds.</summary>
    public double LongestBackoffSeconds { get; init; } = 60;

    /// <summary>More faults than this within an hour end the run as failed, whatever their steps.</summary>
    public int FaultsPerHour { get; init; } = 60;

    /// <summary>Successful steps after which a run that ran out of memory tries again with more.</summary>
    public int StepsUntilGrowth { get; init; } = 500;

    /// <summary>Names of the settings, as <see cref="With"/> and run.json take them.</summary>
    public static IReadOnlyCollection<string> Names => Settings.Keys;

    /// <summary>This policy with other values.</summary>
    /// <param name="text"><c>name=value,name=value</c>, names as in run.json.</param>
    /// <exception cref="ConfigurationException">A name is unknown, or a value is not a number or out of range.</exception>
    public RecoveryPolicy With(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var policy = this;
        foreach (var assignment in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = assignment.Split('=', 2, StringSplitOptions.TrimEntries);
            if (!Settings.TryGetValue(parts[0], out var set))
                throw new ConfigurationException($"recovery has no setting '{parts[0]}': the settings are {string.Join(", ", Names)}");
            if (parts.Length < 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                throw new ConfigurationException($"recovery setting '{assignment}' has no number: write {parts[0]}=NUMBER");
            policy = set(policy, value);
        }

        policy.Validate();
        return policy;
    }

    /// <summary>Pause before the next attempt.</summary>
    /// <param name="faultsAtSameStep">Faults at the same step so far, at least 1.</param>
    public TimeSpan BackoffAfter(int faultsAtSameStep) =>
        TimeSpan.FromSeconds(Math.Min(LongestBackoffSeconds, FirstBackoffSeconds * Math.Pow(2, Math.Min(faultsAtSameStep - 1, 30))));

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigurationException">One is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(NonFiniteInARow >= 1, "nonFiniteInARow", NonFiniteInARow, "a whole number from 1 up");
        Require(LearningRateFactor is > 0 and <= 1, "learningRateFactor", LearningRateFactor, "above 0 and at most 1");
        Require(SameStepFailures >= 1, "sameStepFailures", SameStepFailures, "a whole number from 1 up");
        Require(FirstBackoffSeconds is >= 0 and <= 86_400, "firstBackoffSeconds", FirstBackoffSeconds, "from 0 to 86400");
        Require(
            LongestBackoffSeconds >= FirstBackoffSeconds && LongestBackoffSeconds <= 86_400,
            "longestBackoffSeconds",
            LongestBackoffSeconds,
            "from firstBackoffSeconds to 86400"
        );
        Require(FaultsPerHour >= 1, "faultsPerHour", FaultsPerHour, "a whole number from 1 up");
        Require(StepsUntilGrowth >= 1, "stepsUntilGrowth", StepsUntilGrowth, "a whole number from 1 up");
    }

    /// <summary>Converts a whole number; −1, which no setting allows, for any other.</summary>
    private static int Whole(double value) => value is >= 0 and <= int.MaxValue && double.IsInteger(value) ? (int)value : -1;

    private static void Require(bool holds, string name, double value, string expected)
    {
        if (!holds)
            throw new ConfigurationException($"recovery.{name} is {value.ToString(CultureInfo.InvariantCulture)}: it must be {expected}");
    }
}
