using ActorColorize.Imaging.Archives;

namespace ActorColorize.Actors.Output;

/// <summary>Settings of the output actor.</summary>
public sealed record OutputSettings
{
    /// <summary>Pictures processed at the same time.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);

    /// <summary>Writes coloured pictures.</summary>
    public IPictureProcessor Pictures { get; init; } = new PictureProcessor();

    /// <summary>
    /// How long a picture may be at work before its drive counts as stalled; <see cref="SecondsPerMegapixel"/> is added for its size.
    /// </summary>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Seconds added to <see cref="WriteDeadline"/> for each megapixel: some twenty times what recomposing takes.</summary>
    internal const int SecondsPerMegapixel = 2;

    /// <summary>Full-size pixels held at the same time, bytes; a larger picture is processed alone.</summary>
    public long MemoryBudgetBytes { get; init; } = Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
}
