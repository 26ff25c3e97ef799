namespace ActorColorize.Actors.Metrics;

/// <summary>Mean, largest value and count of what was added since the last line.</summary>
/// <param name="Count">Finite values.</param>
/// <param name="Mean">Their mean; NaN when there was none.</param>
/// <param name="Maximum">The largest of them; NaN when there was none.</param>
/// <param name="NonFinite">Values that were NaN or infinite; they are in none of the others.</param>
public sealed record WindowSummary(int Count, double Mean, double Maximum, int NonFinite);

/// <summary>Gathers one number per step between two lines of a log. For one thread.</summary>
public sealed class WindowedStatistics
{
    private int count;
    private int nonFinite;
    private double sum;
    private double lost;
    private double maximum = double.NegativeInfinity;

    /// <summary>Adds a value. One that is not finite is only counted: a single NaN must not hide how the other steps went.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            nonFinite++;
            return;
        }

        count++;
        maximum = Math.Max(maximum, value);

        // Neumaier's summation: what rounding takes from the sum is kept, so long windows stay exact.
        var total = sum + value;
        lost += Math.Abs(sum) >= Math.Abs(value) ? sum - total + value : value - total + sum;
        sum = total;
    }

    /// <summary>The window so far, which goes on.</summary>
    public WindowSummary Peek() => new(count, count == 0 ? double.NaN : (sum + lost) / count, count == 0 ? double.NaN : maximum, nonFinite);

    /// <summary>The window, and begins the next one.</summary>
    public WindowSummary Take()
    {
        var summary = Peek();
        (count, nonFinite, sum, lost, maximum) = (0, 0, 0, 0, double.NegativeInfinity);
        return summary;
    }
}
