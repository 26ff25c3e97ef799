namespace ActorColorize.Gateway;

/// <summary>
/// Counts one client's messages against its limits: a bucket of tokens that fills steadily, and the messages that are being answered.
/// </summary>
internal sealed class ClientQuota(ClientLimits limits, TimeProvider clock)
{
    private double _tokens = limits.AtOnceInASecond;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>Messages that are being answered.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether one more message may be taken up now, and if not, what is exceeded and when to ask again.</summary>
    public QuotaAnswer Take()
    {
        var now = clock.GetTimestamp();
        _tokens = Math.Min(limits.AtOnceInASecond, _tokens + clock.GetElapsedTime(_filledAt, now).TotalSeconds * limits.PerSecond);
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

/// <summary>What a quota says to one more message.</summary>
/// <param name="Excess">Which limit is exceeded.</param>
/// <param name="AskAgainAfter">When there will be room.</param>
internal readonly record struct QuotaAnswer(QuotaExcess Excess, TimeSpan AskAgainAfter);

/// <summary>Which limit a message exceeds.</summary>
internal enum QuotaExcess
{
    /// <summary>None: it is taken up.</summary>
    None,

    /// <summary>They come too fast.</summary>
    TooFast,

    /// <summary>Too many are being answered.</summary>
    TooManyAtOnce,
}
