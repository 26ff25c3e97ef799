using ActorColorize.Imaging.Archives;

namespace ActorColorize.Actors.Output;

/// <summary>Settings of the output actor.</summary>
public sealed record OutputSettings
{
    /// <summary>Pictures processed at the same time.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);

    /// <summary>Writes coloured pictures.</summary>
    public IPictureProcessor Pictures { get; init; } = new PictureProcessor();

    /// <summary>Full-size pixels held at the same time, bytes; a larger picture is processed alone.</summary>
    public long MemoryBudgetBytes { get; init; } = Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
}
