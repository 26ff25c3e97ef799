namespace ActorColorize.Actors.Jobs;

/// <summary>Amount per second over the recent past.</summary>
/// <param name="window">How far back to look.</param>
public sealed class RecentRate(TimeSpan window)
{
    private readonly Queue<(TimeSpan At, double Amount)> _recent = new();
    private double _sum;

    /// <summary>Adds an amount that was done at this time.</summary>
    public void Add(TimeSpan now, double amount)
    {
        _recent.Enqueue((now, amount));
        _sum += amount;
        Forget(now);
    }

    /// <summary>The rate up to now; until the window is full, over the time since the first amount.</summary>
    public double PerSecond(TimeSpan now)
    {
        Forget(now);
        var seconds = Math.Min(now.TotalSeconds, window.TotalSeconds);
        return seconds > 0 ? _sum / seconds : 0;
    }

    private void Forget(TimeSpan now)
    {
        while (_recent.TryPeek(out var oldest) && now - oldest.At > window)
            _sum -= _recent.Dequeue().Amount;
    }
}
