using ActorColorize.Model.Color;

namespace ActorColorize.Model.Training;

/// <summary>The colour bins of a network and their weights in the loss; the defaults are those of the <c>seed</c> profile.</summary>
public sealed record ColorConfiguration
{
    /// <summary>Value of <see cref="Weights"/>: −ln of the bin's share.</summary>
    public const string NegativeLog = "negativeLog";

    /// <summary>Value of <see cref="Weights"/>: ((1 − λ) p̃ + λ/Q)⁻¹ of the smoothed prior.</summary>
    public const string Rebalanced = "rebalanced";

    /// <summary>The profile of Lu and Liu (2017): 18×18 bins, hard targets, −ln q.</summary>
    public static ColorConfiguration Seed { get; } = new();

    /// <summary>The profile of Zhang, Isola and Efros (2016): 313 in-gamut bins, 5 neighbours, rebalanced with λ = 0.5.</summary>
    public static ColorConfiguration Zhang { get; } =
        new()
        {
            Bins = ColorBins.InGamut313.Name,
            Neighbours = 5,
            Weights = Rebalanced,
            Lambda = 0.5,
        };

    /// <summary>The published profiles, by name.</summary>
    public static IReadOnlyDictionary<string, ColorConfiguration> Profiles { get; } =
        new Dictionary<string, ColorConfiguration>(StringComparer.Ordinal) { ["seed"] = Seed, ["zhang"] = Zhang };

    /// <summary><c>grid18</c> or <c>gamut313</c>.</summary>
    public string Bins { get; init; } = ColorBins.Grid18.Name;

    /// <summary>The number of bins of a pixel's soft target: 1 is a hard target; the paper uses 5, the published code 10.</summary>
    public int Neighbours { get; init; } = 1;

    /// <summary><c>negativeLog</c> or <c>rebalanced</c>.</summary>
    public string Weights { get; init; } = NegativeLog;

    /// <summary>λ of <see cref="Rebalanced"/>: 0 weighs all colours alike, 1 weighs them by frequency.</summary>
    public double Lambda { get; init; } = 0.5;

    /// <summary>Whether pictures without chroma weigh nothing, as in the published training of the rebalanced profile.</summary>
    internal bool LeavesOutGrey => Weights == Rebalanced;

    /// <summary>The bins.</summary>
    /// <exception cref="ConfigurationException">No bins have this name.</exception>
    public ColorBins ToBins() =>
        ColorBins.ByName.TryGetValue(Bins, out var bins)
            ? bins
            : throw new ConfigurationException($"colors.bins is '{Bins}': it must be {string.Join(" or ", ColorBins.ByName.Keys)}");

    /// <exception cref="ConfigurationException">A value is out of range; the message names its key.</exception>
    internal void Validate()
    {
        var count = ToBins().Count;
        if (Neighbours < 1 || Neighbours > Math.Min(count, 32))
            throw new ConfigurationException($"colors.neighbours is {Neighbours}: it must be from 1 to 32");
        if (Weights is not (NegativeLog or Rebalanced))
            throw new ConfigurationException($"colors.weights is '{Weights}': it must be {NegativeLog} or {Rebalanced}");
        if (Lambda is not (>= 0 and <= 1))
            throw new ConfigurationException($"colors.lambda is {Lambda}: it must be from 0 to 1");
    }
}
