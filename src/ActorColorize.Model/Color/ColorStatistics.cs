using System.Text.Json;

namespace ActorColorize.Model.Color;

/// <summary>
/// How a model's training set was coloured, and how its training weighted that. Kept with the weights, so that the balance between common
/// and rare colours can be chosen
/// when pictures are coloured and need not be the one that was trained.
/// </summary>
/// <remarks>
/// A network trained under weights w answers p·w, up to a factor, where an unweighted one answers p. So multiplying its answer by w′/w
/// gives what a training under the weights w′
/// would have aimed at (the prior shift of Saerens, Latinne, Decaestecker, <i>Adjusting the outputs of a classifier to new a priori
/// probabilities</i>, 2002).
/// </remarks>
/// <param name="Bins">Name of the colour bins.</param>
/// <param name="SmoothedPrior">p̃ of every bin over the training set.</param>
/// <param name="Weights">Weight of every bin in the training's loss.</param>
public sealed record ColorStatistics(string Bins, double[] SmoothedPrior, float[] Weights)
{
    /// <summary>Key in the metadata of a safetensors file.</summary>
    public const string Key = "color_statistics";

    /// <summary>A weight of 0 would make a bin's true share unknowable.</summary>
    private const double LeastWeight = 1e-6;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>What to add to the logits, so that they are balanced as if λ had been trained.</summary>
    /// <param name="lambda">λ of <see cref="ClassWeights.Rebalanced(ColorPrior, ColorBins, double)"/>: 0 gives all colours the same chance
    /// however rare they are, 1 takes colours as they come.</param>
    /// <returns>ln w′ − ln w of every bin.</returns>
    /// <exception cref="ArgumentException">λ is not from 0 to 1.</exception>
    public float[] Correction(double lambda)
    {
        var wanted = ClassWeights.Rebalanced(SmoothedPrior, lambda, LeastShare);
        return [.. wanted.Zip(Weights, static (to, from) => (float)(Math.Log(to) - Math.Log(Math.Max(LeastWeight, from))))];
    }

    /// <summary>As text for a file's metadata.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads them back.</summary>
    /// <param name="json">From <see cref="ToJson"/>.</param>
    /// <param name="bins">Bins of the network that they belong to.</param>
    /// <exception cref="JsonException">Not such statistics, or of another number of bins.</exception>
    public static ColorStatistics Parse(string json, int bins)
    {
        var statistics = JsonSerializer.Deserialize<ColorStatistics>(json, Json) ?? throw new JsonException("it is empty");
        if (statistics.SmoothedPrior.Length != bins || statistics.Weights.Length != bins)
            throw new JsonException(
                $"it has {statistics.SmoothedPrior.Length} shares and {statistics.Weights.Length} weights for {bins} bins"
            );
        if (
            !statistics.SmoothedPrior.All(static share => share is >= 0 and <= 1)
            || !statistics.Weights.All(static weight => weight >= 0 && float.IsFinite(weight))
        )
            throw new JsonException("a share or a weight is out of range");
        return statistics;
    }

    /// <summary>The rarest colour that counts as seen: with λ = 0, a smaller share would get a weight without bound.</summary>
    private const double LeastShare = 1e-7;
}
