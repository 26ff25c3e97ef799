namespace ActorColorize.Protocol;

/// <summary>What a colorizing job is to do; the same for all its pictures.</summary>
/// <param name="InputRoot">The archive's folder, or the folder of the single picture; absolute.</param>
/// <param name="OutputRoot">Where the mirrored tree of results goes; absolute.</param>
/// <param name="ModelPath">The model; absolute.</param>
/// <param name="ModelHash">SHA-256 of the model file: a rerun with another model does the work again.</param>
/// <param name="Temperature">Of the annealed mean over the colour bins; 0 takes the most probable bin.</param>
/// <param name="Rebalance">How rare colours are weighed, 0 (all alike) to 1 (as they come); null: as the model was trained.</param>
/// <param name="FlipAverage">Whether the answers for a picture and its mirror image are averaged.</param>
/// <param name="Strength">0 keeps the picture's own colour, 1 takes the new one.</param>
/// <param name="Saturation">Factor on the new chroma.</param>
/// <param name="Recolor">Whether pictures that have colour already are coloured anew, from their luminance.</param>
/// <param name="BatchSize">Pictures that the network sees at once.</param>
/// <param name="NetworkSide">Side of the square whose area the network's thumbnails have, pixels.</param>
/// <param name="JpegQuality">1–100, for JPEG and WebP output.</param>
/// <param name="SinglePicture">Relative path of the one picture wanted; null for the whole tree.</param>
/// <param name="OnBlocker">What is done about a full disk, an archive that is gone, a model that is gone.</param>
public sealed record JobSpecification(
    string InputRoot,
    string OutputRoot,
    string ModelPath,
    string ModelHash,
    double Temperature,
    double? Rebalance,
    bool FlipAverage,
    double Strength,
    double Saturation,
    bool Recolor,
    int BatchSize,
    int NetworkSide,
    int JpegQuality,
    string? SinglePicture = null,
    BlockerPolicy OnBlocker = BlockerPolicy.Wait
)
{
    /// <summary>Everything that changes a result's bytes, in one short text: two runs with equal keys give equal results.</summary>
    public string ResultKey =>
        FormattableString.Invariant(
            $"model={ModelHash};t={Temperature:R};rebalance={Rebalance:R};flip={(FlipAverage ? 1 : 0)};strength={Strength:R};saturation={Saturation:R};side={NetworkSide};q={JpegQuality}"
        );
}
