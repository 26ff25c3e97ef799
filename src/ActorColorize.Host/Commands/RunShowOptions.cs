namespace ActorColorize.Host.Commands;

/// <summary>What <c>run show</c> was asked to look at.</summary>
internal sealed record RunShowOptions
{
    /// <summary>The run folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Write one JSON object for programs instead of text for people.</summary>
    public bool Json { get; init; }
}
