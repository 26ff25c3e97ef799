namespace ActorColorize.Actors.Metrics;

/// <summary>Mean, maximum and count of the values since the last line.</summary>
/// <param name="Count">Finite values.</param>
/// <param name="Mean">Their mean; NaN when there was none.</param>
/// <param name="Maximum">The largest of them; NaN when there was none.</param>
/// <param name="NonFinite">Values that were NaN or infinite; they are not included in the others.</param>
public sealed record WindowSummary(int Count, double Mean, double Maximum, int NonFinite);

/// <summary>Collects one number per step between two lines of a log. Not thread-safe.</summary>
public sealed class WindowedStatistics
{
    private int count;
    private int nonFinite;
    private double sum;
    private double lost;
    private double maximum = double.NegativeInfinity;

    /// <summary>Adds a value. One that is not finite is only counted: a single NaN must not hide the other steps.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            nonFinite++;
            return;
        }

        count++;
        maximum = Math.Max(maximum, value);

        // Neumaier's summation: the rounding error of the sum is kept, so long windows stay exact.
        var total = sum + value;
        lost += Math.Abs(sum) >= Math.Abs(value) ? sum - total + value : value - total + sum;
        sum = total;
    }

    /// <summary>The current window, which stays open.</summary>
    public WindowSummary Peek() => new(count, count == 0 ? double.NaN : (sum + lost) / count, count == 0 ? double.NaN : maximum, nonFinite);

    /// <summary>Returns the current window and begins the next one.</summary>
    public WindowSummary Take()
    {
        var summary = Peek();
        (count, nonFinite, sum, lost, maximum) = (0, 0, 0, 0, double.NegativeInfinity);
        return summary;
    }
}
