namespace ActorColorize.Model.Evaluation;

/// <summary>The cumulative curve of a predictor's errors in ab, whose area is the AuC.</summary>
/// <param name="Share">For t = 0, 1, …, 150 the share of all pixels whose error is at most t, 0..1; never falls.</param>
/// <param name="RebalancedShare">The same with every pixel weighted by 1/p̃ of its true colour.</param>
public sealed record ErrorCurve(IReadOnlyList<double> Share, IReadOnlyList<double> RebalancedShare)
{
    /// <summary>Area under <see cref="Share"/>: raw AuC, %.</summary>
    public double Auc => 100 * Share.Average();

    /// <summary>Area under <see cref="RebalancedShare"/>: rebalanced AuC, %.</summary>
    public double AucRebalanced => 100 * RebalancedShare.Average();

    /// <summary>The curve of pixels counted by the least threshold that they meet.</summary>
    /// <param name="pixels">Pixels whose least threshold is 0, 1, …, 150, and at the end those that meet none.</param>
    /// <param name="weights">Sum of their weights.</param>
    internal static ErrorCurve Of(ReadOnlySpan<double> pixels, ReadOnlySpan<double> weights) =>
        new(Accumulated(pixels), Accumulated(weights));

    private static double[] Accumulated(ReadOnlySpan<double> amounts)
    {
        var total = 0.0;
        foreach (var amount in amounts)
            total += amount;
        var shares = new double[PictureQuality.LargestThreshold + 1];
        var sum = 0.0;
        for (var t = 0; t < shares.Length; t++)
            shares[t] = (sum += amounts[t]) / total;
        return shares;
    }
}
