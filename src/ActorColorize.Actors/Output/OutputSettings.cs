namespace ActorColorize.Actors.Output;

/// <summary>How finished pictures are made.</summary>
public sealed record OutputSettings
{
    /// <summary>Pictures at work at the same time.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);

    /// <summary>Full-size pixels held at the same time, bytes; a single picture may be larger and is then alone.</summary>
    public long MemoryBudgetBytes { get; init; } = 1L << 30;
}
