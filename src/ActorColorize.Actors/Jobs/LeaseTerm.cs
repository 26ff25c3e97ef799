namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The term of a unit's lease, checked before a result is published; thread-safe. It uses a monotonic clock, which also advances while the
/// process is stopped, and ends before the coordinator's own term does.
/// </summary>
/// <param name="clock">Tells the time.</param>
/// <param name="began">The clock's timestamp when the term began.</param>
/// <param name="length">How long it is.</param>
public sealed class LeaseTerm(TimeProvider clock, long began, TimeSpan length)
{
    private readonly Lock _lock = new();
    private long _began = began;
    private TimeSpan _length = length;
    private bool _isLost;

    /// <summary>Whether the lease holds.</summary>
    public bool Holds
    {
        get
        {
            lock (_lock)
                return !_isLost && clock.GetElapsedTime(_began) < _length;
        }
    }

    /// <summary>A new term, from this timestamp on.</summary>
    public void Renew(long from, TimeSpan length)
    {
        lock (_lock)
            (_began, _length) = (from, length);
    }

    /// <summary>Ends the lease for good.</summary>
    public void Lose()
    {
        lock (_lock)
            _isLost = true;
    }

    /// <summary>Throws unless the lease holds.</summary>
    /// <exception cref="LeaseExpiredException">It does not.</exception>
    public void EnsureHolds()
    {
        if (!Holds)
            throw new LeaseExpiredException();
    }
}

/// <summary>The lease of a result has expired: another worker may be processing the picture.</summary>
public sealed class LeaseExpiredException() : Exception("the lease has expired");
