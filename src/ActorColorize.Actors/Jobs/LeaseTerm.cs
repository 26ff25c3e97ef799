namespace ActorColorize.Actors.Jobs;

/// <summary>
/// How long a unit may be worked on: to be asked by whoever publishes a result, on whatever thread. It counts on a monotonic clock, which
/// also goes on while the process is stopped, and it ends before the coordinator's own term does.
/// </summary>
/// <param name="clock">Tells the time.</param>
/// <param name="began">The clock's timestamp when the term began.</param>
/// <param name="length">How long it is.</param>
public sealed class LeaseTerm(TimeProvider clock, long began, TimeSpan length)
{
    private readonly Lock _gate = new();
    private long _began = began;
    private TimeSpan _length = length;
    private bool _isLost;

    /// <summary>Whether the lease holds.</summary>
    public bool Holds
    {
        get
        {
            lock (_gate)
                return !_isLost && clock.GetElapsedTime(_began) < _length;
        }
    }

    /// <summary>A new term, from this timestamp on.</summary>
    public void Renew(long from, TimeSpan length)
    {
        lock (_gate)
            (_began, _length) = (from, length);
    }

    /// <summary>The lease is over for good.</summary>
    public void Lose()
    {
        lock (_gate)
            _isLost = true;
    }

    /// <summary>Passes as long as the lease holds.</summary>
    /// <exception cref="LeaseOverException">It does not.</exception>
    public void EnsureHolds()
    {
        if (!Holds)
            throw new LeaseOverException();
    }
}

/// <summary>The lease that a result was made under is over: somebody else may be at work on the picture.</summary>
public sealed class LeaseOverException() : Exception("the lease is over");
