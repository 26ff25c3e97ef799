using ActorColorize.Model.Color;

namespace ActorColorize.Model.Inference;

/// <summary>How a network's distributions over colour bins become colours.</summary>
/// <param name="Temperature">Of the annealed mean: 0 takes the most probable bin, 1 the mean; 0.38 is the published balance.</param>
/// <param name="Rebalance">λ of <see cref="ColorStatistics.Correction"/>: 0 gives all colours the same chance however rare they are, 1
/// takes colours as they come; null leaves the network's answer as it was trained.</param>
/// <param name="FlipAverage">Whether the picture's mirror image is asked as well and the two answers are averaged: twice the work, steadier
/// colours.</param>
public sealed record Decoding(double Temperature, double? Rebalance = null, bool FlipAverage = false)
{
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal static void Require(Decoding decoding)
    {
        ArgumentNullException.ThrowIfNull(decoding);
        if (!(decoding.Temperature >= 0 && double.IsFinite(decoding.Temperature)))
            throw new ArgumentException($"temperature is {decoding.Temperature}: it must be 0 or above", nameof(decoding));
        if (decoding.Rebalance is not (null or (>= 0 and <= 1)))
            throw new ArgumentException($"rebalance is {decoding.Rebalance}: it must be from 0 to 1", nameof(decoding));
    }
}
