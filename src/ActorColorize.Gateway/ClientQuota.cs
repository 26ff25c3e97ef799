namespace ActorColorize.Gateway;

/// <summary>Applies the limits to one client's messages: a token bucket for the rate, and a count of concurrent requests.</summary>
internal sealed class ClientQuota(ClientLimits limits, TimeProvider clock)
{
    private double _tokens = limits.Burst;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>Requests in progress.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether one more message is accepted now; if not, which limit is exceeded and when to retry.</summary>
    public QuotaAnswer Take()
    {
        var now = clock.GetTimestamp();
        _tokens = Math.Min(limits.Burst, _tokens + clock.GetElapsedTime(_filledAt, now).TotalSeconds * limits.PerSecond);
        _filledAt = now;
        if (InFlight >= limits.InFlight)
            return new QuotaAnswer(QuotaExcess.TooManyAtOnce, TimeSpan.FromSeconds(1));
        if (_tokens < 1)
            return new QuotaAnswer(QuotaExcess.TooFast, TimeSpan.FromSeconds((1 - _tokens) / limits.PerSecond));
        _tokens--;
        InFlight++;
        return new QuotaAnswer(QuotaExcess.None, TimeSpan.Zero);
    }

    /// <summary>A message has been answered.</summary>
    public void Answered() => InFlight--;
}

/// <summary>A quota's decision about one message.</summary>
/// <param name="Excess">Which limit is exceeded.</param>
/// <param name="AskAgainAfter">Time until the message would be accepted.</param>
internal readonly record struct QuotaAnswer(QuotaExcess Excess, TimeSpan AskAgainAfter);

/// <summary>Which limit a message exceeds.</summary>
internal enum QuotaExcess
{
    /// <summary>None: the message is accepted.</summary>
    None,

    /// <summary>Too many messages per second.</summary>
    TooFast,

    /// <summary>Too many concurrent requests.</summary>
    TooManyAtOnce,
}
