namespace ActorColorize.Actors.Jobs;

/// <summary>
/// When each heartbeat was sent, until it or a later one is answered: a lease is renewed from the sending of the heartbeat that the answer
/// belongs to, however late the answer comes.
/// </summary>
internal sealed class SentHeartbeats
{
    private const int Kept = 64;

    private readonly Queue<(long Number, long SentAt)> _unanswered = new();
    private (long Number, long SentAt) _newest;

    /// <summary>Registers a heartbeat that is being sent.</summary>
    /// <param name="timestamp">Now.</param>
    /// <returns>Its number.</returns>
    internal long Send(long timestamp)
    {
        _newest = (_newest.Number + 1, timestamp);
        _unanswered.Enqueue(_newest);
        if (_unanswered.Count > Kept)
            _unanswered.Dequeue(); // its lease expired long ago
        return _newest.Number;
    }

    /// <summary>Registers an answer.</summary>
    /// <param name="number">The number in it; null from a coordinator of an earlier version, whose answer counts for the newest
    /// heartbeat.</param>
    /// <returns>When the heartbeat was sent; null if it is no longer known because a later one was answered.</returns>
    internal long? Answered(long? number)
    {
        if (number is null)
            return _newest.Number > 0 ? _newest.SentAt : null;
        while (_unanswered.TryPeek(out var oldest) && oldest.Number <= number)
        {
            _unanswered.Dequeue();
            if (oldest.Number == number)
                return oldest.SentAt;
        }

        return null;
    }
}
