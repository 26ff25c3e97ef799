namespace ActorColorize.Model.Color;

/// <summary>Weights of the colour bins in the loss: rare colours count more, or the network would learn brown.</summary>
public static class ClassWeights
{
    /// <summary>
    /// −ln q of each bin's share q (Lu and Liu, Colorization using Knet, 2017). A bin that never occurs would get an infinite weight; it is treated as
    /// seen once, −ln(1/N) with N pixels counted: the largest weight that a bin which does occur can get.
    /// </summary>
    /// <returns>One weight per bin, 0 or above.</returns>
    /// <exception cref="ArgumentException">The prior counted no pixel.</exception>
    public static float[] NegativeLog(ColorPrior prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        var total = prior.TotalPixels;
        if (total <= 0) throw new ArgumentException("the colour prior counted no pixel: count it over the training set first", nameof(prior));
        return [.. prior.Counts.Select(count => (float)Math.Log(total / (double)Math.Max(1, count)))];
    }
}
