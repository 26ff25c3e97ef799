namespace ActorColorize.Actors.Loader;

/// <summary>
/// The id of a loader stream. A consumer creates a new one for each stream that it opens, so that late batches of an abandoned stream are
/// recognised and returned.
/// </summary>
/// <param name="Number">Unique within the process.</param>
public readonly record struct StreamId(long Number)
{
    private static long _last;

    /// <summary>An id not used before in this process.</summary>
    public static StreamId Next() => new(Interlocked.Increment(ref _last));
}
