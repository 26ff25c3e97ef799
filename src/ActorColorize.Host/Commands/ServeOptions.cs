namespace ActorColorize.Host.Commands;

/// <summary>What <c>serve</c> was asked to do.</summary>
internal sealed record ServeOptions
{
    /// <summary>A JSON file with settings; null: the defaults.</summary>
    public string? Config { get; init; }

    /// <summary>The folder that holds all that the daemon remembers; null: the account's.</summary>
    public string? Data { get; init; }

    /// <summary>Write JSON for programs.</summary>
    public bool Json { get; init; }
}
