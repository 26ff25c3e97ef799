namespace ActorColorize.Actors.Inspection;

/// <summary>How a quantity is spread over pictures.</summary>
/// <param name="Least">The smallest value.</param>
/// <param name="LowerQuartile">A quarter of the pictures have less.</param>
/// <param name="Median">Half of them.</param>
/// <param name="UpperQuartile">Three quarters.</param>
/// <param name="Most">The largest value.</param>
public sealed record Spread(double Least, double LowerQuartile, double Median, double UpperQuartile, double Most)
{
    /// <summary>The spread of at least one value; quartiles are values that occur (nearest rank).</summary>
    /// <exception cref="ArgumentException">No values.</exception>
    public static Spread Of(double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0)
            throw new ArgumentException("there must be at least one value", nameof(values));
        double[] sorted = [.. values];
        Array.Sort(sorted);
        double Rank(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
        return new Spread(sorted[0], Rank(0.25), Rank(0.5), Rank(0.75), sorted[^1]);
    }
}

/// <summary>Pictures by a quantity, in steps.</summary>
/// <param name="Edges">Lower edge of each step; the last step has no upper edge.</param>
/// <param name="Counts">Pictures in each step.</param>
public sealed record Histogram(IReadOnlyList<double> Edges, IReadOnlyList<int> Counts)
{
    /// <summary>Counts values.</summary>
    /// <param name="values">The values, none below the first edge.</param>
    /// <param name="edges">Lower edges, rising.</param>
    public static Histogram Of(double[] values, double[] edges)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(edges);
        var counts = new int[edges.Length];
        foreach (var value in values)
        {
            var place = Array.BinarySearch(edges, value);
            counts[Math.Max(0, place >= 0 ? place : ~place - 1)]++;
        }

        return new Histogram(edges, counts);
    }
}
