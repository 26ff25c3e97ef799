namespace ActorColorize.Protocol;

/// <summary>A client's request to colour an archive. Null values are taken from the model's recommendations.</summary>
/// <param name="Input">A folder of pictures or one picture, as seen by the daemon's machines; absolute.</param>
/// <param name="Output">The folder for the mirrored tree of results; absolute, outside the input
/// folder, and not a single picture's own.</param>
/// <param name="Model">Model file, checkpoint folder or run folder, absolute; or the name of a model that the daemon knows
/// (<see cref="ModelName"/>); null: the model that comes with the daemon.</param>
/// <param name="Temperature">0 selects the most probable colour, 1 the mean.</param>
/// <param name="Rebalance">Weight of rare colours: 0 equal for all, 1 by frequency.</param>
/// <param name="FlipAverage">Whether the predictions for a picture and its mirror image are averaged.</param>
/// <param name="Strength">Share of the new colour, 0 to 1.</param>
/// <param name="Saturation">Factor on the chroma, 0 to 4.</param>
/// <param name="Recolor">Whether pictures that are already in colour are coloured anyway.</param>
/// <param name="Batch">Pictures per forward pass, 1 to 1024.</param>
/// <param name="Toned">What to do with monochrome pictures that have a tint.</param>
/// <param name="Doubtful">What to do with pictures that may be in colour or toned.</param>
/// <param name="Salvage">Whether damaged pictures are coloured as far as they can be read.</param>
/// <param name="IncludeHidden">Whether hidden files and the folders of systems, such as <c>@eaDir</c>, belong to the archive.</param>
/// <param name="Quality">Quality of JPEG and WebP results, 1 to 100; null: as fine as the original.</param>
/// <param name="RejectedOf">Only the rejected pictures of this job, which has the same input and output; null for the whole input. See
/// <see cref="RerunSettings"/>.</param>
/// <param name="Codec">What reads the pictures' pixels.</param>
/// <param name="MaxMegapixels">Pictures of more are refused; 1 to <see cref="MostMegapixels"/>, not above the daemon's limit; null: 200, or
/// the daemon's limit if that is lower.</param>
/// <param name="WithDistribution">See <see cref="JobSpecification.WithDistribution"/>; only for a picture posted over HTTP.</param>
/// <param name="AllFrames">Whether each frame of an animation (GIF, WebP) is coloured, instead of the first one only.</param>
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
    int? Batch = null,
    PicturePolicy Toned = PicturePolicy.Colorize,
    PicturePolicy Doubtful = PicturePolicy.List,
    bool Salvage = false,
    bool IncludeHidden = false,
    int? Quality = null,
    JobId? RejectedOf = null,
    CodecChoice Codec = CodecChoice.Auto,
    int? MaxMegapixels = null,
    bool WithDistribution = false,
    bool AllFrames = false
)
{
    /// <summary>Upper bound of <see cref="MaxMegapixels"/>.</summary>
    public const int MostMegapixels = 100_000;

    /// <summary>Longest accepted path in UTF-8 bytes; the limit of Linux.</summary>
    public const int LongestPath = 4096;
}
