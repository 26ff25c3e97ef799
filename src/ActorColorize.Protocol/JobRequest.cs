namespace ActorColorize.Protocol;

/// <summary>What a client wants coloured, and how. What is left open (null) the daemon takes from the model.</summary>
/// <param name="Input">A folder of pictures or one picture, as the daemon's machines see it; absolute.</param>
/// <param name="Output">The folder for the mirrored tree of results; absolute, outside the input folder, and not a single picture's own.</param>
/// <param name="Model">Model file, checkpoint folder or run folder, absolute; or the name of a model that the daemon knows (<see
/// cref="ModelName"/>); null: the model that comes with the daemon.</param>
/// <param name="Temperature">0 takes the most probable colour, 1 the mean.</param>
/// <param name="Rebalance">How rare colours are weighed: 0 all alike, 1 as they come.</param>
/// <param name="FlipAverage">Whether the answers for a picture and its mirror image are averaged.</param>
/// <param name="Strength">How much colour is mixed in, 0 to 1.</param>
/// <param name="Saturation">Factor on the chroma, 0 to 4.</param>
/// <param name="Recolor">Whether pictures that have colour already are coloured anew.</param>
/// <param name="Batch">Pictures per forward pass, 1 to 1024.</param>
public sealed record JobRequest(
    string Input,
    string Output,
    string? Model = null,
    double? Temperature = null,
    double? Rebalance = null,
    bool FlipAverage = false,
    double Strength = 1,
    double? Saturation = null,
    bool Recolor = false,
    int? Batch = null
)
{
    /// <summary>Longest path taken, in UTF-8 bytes: that of Linux.</summary>
    public const int LongestPath = 4096;
}
