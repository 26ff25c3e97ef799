namespace ActorColorize.Host.Commands;

/// <summary>What <c>doctor</c> was asked to do.</summary>
internal sealed record DoctorOptions
{
    /// <summary>Write one JSON object for programs instead of text for people.</summary>
    public bool Json { get; init; }
}
