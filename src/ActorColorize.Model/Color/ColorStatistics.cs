using System.Text.Json;

namespace ActorColorize.Model.Color;

/// <summary>
/// Colour distribution of a model's training set, and the class weights of its training. Stored with the weights, so that the balance
/// between common and rare colours can be chosen at inference, independently of training.
/// </summary>
/// <remarks>
/// A network trained with weights w predicts p·w, up to a factor, where an unweighted one predicts p. So multiplying its prediction by w′/w
/// gives the target of a training with weights w′ (the prior shift of Saerens, Latinne, Decaestecker, <i>Adjusting the outputs of a
/// classifier to new a priori probabilities</i>, 2002).
/// </remarks>
/// <param name="Bins">Name of the colour bins.</param>
/// <param name="SmoothedPrior">p̃ of every bin over the training set.</param>
/// <param name="Weights">Weight of every bin in the training's loss.</param>
public sealed record ColorStatistics(string Bins, double[] SmoothedPrior, float[] Weights)
{
    /// <summary>Key in the metadata of a safetensors file.</summary>
    public const string Key = "color_statistics";

    /// <summary>With a weight of 0, a bin's true share could not be recovered.</summary>
    private const double LeastWeight = 1e-6;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Correction of the logits to the balance of a training with λ.</summary>
    /// <param name="lambda">λ of <see cref="ClassWeights.Rebalanced(ColorPrior, ColorBins, double)"/>: 0 gives every colour equal influence
    /// regardless of its frequency, 1 weights colours by frequency.</param>
    /// <returns>ln w′ − ln w of every bin.</returns>
    /// <exception cref="ArgumentException">λ is not from 0 to 1.</exception>
    public float[] Correction(double lambda)
    {
        var wanted = ClassWeights.Rebalanced(SmoothedPrior, lambda, LeastShare);
        return [.. wanted.Zip(Weights, static (to, from) => (float)(Math.Log(to) - Math.Log(Math.Max(LeastWeight, from))))];
    }

    /// <summary>Weights of the bins in a geometric median: λ + (1 − λ)/(Q p̃) with Q bins.</summary>
    /// <param name="lambda">λ, from 0 to 1: 1 maximizes the raw AuC of the median, 0 its rebalanced AuC.</param>
    /// <exception cref="ArgumentException">λ is not from 0 to 1.</exception>
    public float[] MedianWeights(double lambda) =>
        lambda is >= 0 and <= 1
            ?
            [
                .. SmoothedPrior.Select(share =>
                    (float)(lambda + (1 - lambda) / (SmoothedPrior.Length * Math.Max(share, LeastMedianShare)))
                ),
            ]
            : throw new ArgumentException($"lambda is {lambda}: it must be from 0 to 1", nameof(lambda));

    /// <summary>Serializes the statistics for a file's metadata.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Parses the statistics.</summary>
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
        if (statistics.SmoothedPrior.Sum() <= 0 || statistics.Weights.Sum() <= 0)
            throw new JsonException("its shares or its weights are all zero");
        return statistics;
    }

    /// <summary>Smallest share that counts as seen: with λ = 0, the weight of a smaller share would be unbounded.</summary>
    private const double LeastShare = 1e-7;

    /// <summary>The same for the median: what a network says about rarer colours is noise, and their weight would multiply it.</summary>
    private const double LeastMedianShare = 1e-6;
}
