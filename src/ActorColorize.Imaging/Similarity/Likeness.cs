namespace ActorColorize.Imaging.Similarity;

/// <summary>
/// Whether two pictures are near-duplicates: the same shot in another size, compression, crop of a few pixels or colouring, or the next one
/// of a series. Judged on thumbnails of <see cref="Side"/> × <see cref="Side"/> pixels.
/// </summary>
/// <remarks>
/// The bounds were set by looking at all pairs that are near by difference hash among 8,733 photographs of scenes: below them all pairs
/// were one shot or one series, among the pairs above them hardly any.
/// </remarks>
public static class Likeness
{
    /// <summary>Side of the thumbnails in pixels.</summary>
    public const int Side = 32;

    /// <summary>The largest root mean square difference of channels, in 8-bit levels, of pictures that are alike in colour too.</summary>
    public const double LargestDifference = 20;

    /// <summary>The smallest correlation of lightness of pictures that are alike but for brightness, contrast or colouring.</summary>
    public const double SmallestCorrelation = 0.98;

    // What must hold for 8 × 8 cells if the bounds hold for the thumbnails. Averaging never enlarges a root mean square; lightness differs
    // at most by √(3 Σ w²) = 1.30 times the difference of the channels. The correlation of averages is not bounded by that of the pixels: a
    // margin.
    private const double LargestCellDifference = 1.3 * LargestDifference;
    private const double SmallestCellCorrelation = SmallestCorrelation - 0.02;

    /// <summary>Whether two thumbnails show the same.</summary>
    /// <param name="first_HWC">RGB24, <see cref="Side"/> × <see cref="Side"/>.</param>
    /// <param name="second_HWC">The same.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static bool IsSame(ReadOnlySpan<byte> first_HWC, ReadOnlySpan<byte> second_HWC)
    {
        if (first_HWC.Length != Side * Side * 3 || second_HWC.Length != first_HWC.Length)
            throw new ArgumentException(
                $"Thumbnails have {Side * Side * 3} bytes, not {first_HWC.Length} and {second_HWC.Length}.",
                nameof(first_HWC)
            );
        if (RootMeanSquare(first_HWC, second_HWC) <= LargestDifference)
            return true;
        Span<byte> first = stackalloc byte[Side * Side],
            second = stackalloc byte[Side * Side];
        Means(first_HWC, first);
        Means(second_HWC, second);
        return Correlation(first, second) >= SmallestCorrelation;
    }

    /// <summary>Whether thumbnails of pictures with these cells are worth comparing.</summary>
    internal static bool MayBeSame(ReadOnlySpan<byte> firstCells, ReadOnlySpan<byte> secondCells) =>
        RootMeanSquare(firstCells, secondCells) <= LargestCellDifference || Correlation(firstCells, secondCells) >= SmallestCellCorrelation;

    private static double RootMeanSquare(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        long sum = 0;
        for (var i = 0; i < first.Length; i++)
        {
            var difference = first[i] - second[i];
            sum += difference * difference;
        }

        return Math.Sqrt((double)sum / first.Length);
    }

    /// <summary>Pearson's correlation; 0 where one side is flat, so that two empty pictures are judged by their difference alone.</summary>
    private static double Correlation(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        long x = 0,
            y = 0,
            xx = 0,
            yy = 0,
            xy = 0;
        for (var i = 0; i < first.Length; i++)
        {
            int a = first[i],
                b = second[i];
            x += a;
            y += b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }

        var n = first.Length;
        var spread = Math.Sqrt((((double)n * xx) - ((double)x * x)) * (((double)n * yy) - ((double)y * y)));
        return spread > 0 ? (((double)n * xy) - ((double)x * y)) / spread : 0;
    }

    private static void Means(ReadOnlySpan<byte> rgb_HWC, Span<byte> means)
    {
        for (var i = 0; i < means.Length; i++)
            means[i] = (byte)((rgb_HWC[3 * i] + rgb_HWC[(3 * i) + 1] + rgb_HWC[(3 * i) + 2]) / 3);
    }
}
