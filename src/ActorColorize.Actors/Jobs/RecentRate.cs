namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Amount per second over the recent past. A gap of the window's length, such as a pause, begins it anew; amounts that always come so
/// rarely are counted nevertheless.
/// </summary>
/// <param name="window">How far back to look.</param>
public sealed class RecentRate(TimeSpan window)
{
    private readonly Queue<(TimeSpan At, double Amount)> _recent = new();
    private double _sum;
    private TimeSpan _since;
    private int _sinceGap = 2;

    /// <summary>Adds an amount that was done at this time.</summary>
    public void Add(TimeSpan now, double amount)
    {
        if (amount == 0)
            return; // not the end of a gap
        Forget(now);
        if (_recent.Count == 0 && now - _since > window)
        {
            var isRare = _sinceGap == 1; // a gap before this one and the one before it
            _sinceGap = 1;
            if (!isRare)
            {
                // How long the first amount after a gap took is not known, so it only says where the rate begins
                _since = now;
                _recent.Enqueue((now, 0));
                return;
            }
        }
        else
        {
            _sinceGap++;
        }

        _recent.Enqueue((now, amount));
        _sum += amount;
    }

    /// <summary>The rate up to now; until the window is full, over the time since the first amount.</summary>
    public double PerSecond(TimeSpan now)
    {
        Forget(now);
        var seconds = Math.Min((now - _since).TotalSeconds, window.TotalSeconds);
        return seconds > 0 ? _sum / seconds : 0;
    }

    private void Forget(TimeSpan now)
    {
        while (_recent.TryPeek(out var oldest) && now - oldest.At > window)
            _sum -= _recent.Dequeue().Amount;
        if (_recent.Count == 0)
            _sum = 0; // not what rounding has left of it
    }
}
