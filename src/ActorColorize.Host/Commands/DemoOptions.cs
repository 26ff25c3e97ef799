namespace ActorColorize.Host.Commands;

/// <summary>What <c>demo</c> was asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>Folder for scenes, run, results and the before/after page.</summary>
    public string Out { get; init; } = "demo";

    /// <summary>How long to train, in seconds.</summary>
    public int Seconds { get; init; } = 120;
}
