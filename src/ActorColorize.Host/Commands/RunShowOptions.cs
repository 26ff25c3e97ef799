using ActorColorize.Client;

namespace ActorColorize.Host.Commands;

/// <summary>What <c>run show</c> was asked to look at.</summary>
internal sealed record RunShowOptions
{
    /// <summary>The run folder, or the id of a daemon's run.</summary>
    public required string Folder { get; init; }

    /// <summary>The daemon, for an id.</summary>
    public ClientOptions Daemon { get; init; } = new();

    /// <summary>Write one JSON object for programs instead of text for people.</summary>
    public bool Json { get; init; }
}
