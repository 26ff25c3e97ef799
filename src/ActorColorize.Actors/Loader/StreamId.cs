namespace ActorColorize.Actors.Loader;

/// <summary>
/// Names one stream of the loader. A consumer draws a new one for each stream that it opens, so that what an abandoned stream still
/// delivers is recognised and handed back.
/// </summary>
/// <param name="Number">Unique within the process.</param>
public readonly record struct StreamId(long Number)
{
    private static long _last;

    /// <summary>An id not used before in this process.</summary>
    public static StreamId Next() => new(Interlocked.Increment(ref _last));
}
