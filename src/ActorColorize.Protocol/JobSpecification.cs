using System.Globalization;

namespace ActorColorize.Protocol;

/// <summary>Specification of a colorizing job; the same for all its pictures.</summary>
/// <param name="InputRoot">The archive's folder, or the folder of the single picture; absolute.</param>
/// <param name="OutputRoot">Root of the mirrored tree of results; absolute.</param>
/// <param name="ModelPath">The model; absolute.</param>
/// <param name="ModelHash">SHA-256 of the model file: a rerun with another model repeats the work.</param>
/// <param name="Temperature">Temperature of the annealed mean over the colour bins; 0 selects the most probable bin.</param>
/// <param name="Rebalance">Weight of rare colours, from 0 (equal for all) to 1 (by frequency); null: as in training.</param>
/// <param name="FlipAverage">Whether the predictions for a picture and its mirror image are averaged.</param>
/// <param name="Strength">0 keeps the picture's own colour, 1 takes the new one.</param>
/// <param name="Saturation">Factor on the new chroma.</param>
/// <param name="Recolor">Whether pictures that are already in colour are coloured anyway, from their luminance.</param>
/// <param name="BatchSize">Pictures per forward pass.</param>
/// <param name="NetworkSide">Side of the square whose area the network's thumbnails have, pixels.</param>
/// <param name="JpegQuality">1–100, for JPEG and WebP output; 0: as fine as the original.</param>
/// <param name="SinglePicture">Relative path of the single picture to colour; null for the whole tree.</param>
/// <param name="OnBlocker">What to do about a full disk, a missing archive or a missing model.</param>
/// <param name="Toned">What to do with monochrome pictures that have a tint.</param>
/// <param name="Doubtful">What to do with pictures that may be in colour or toned.</param>
/// <param name="Salvage">Whether damaged pictures are coloured as far as they can be read.</param>
/// <param name="IncludeHidden">Whether hidden files and the folders of systems, such as <c>@eaDir</c>, belong to the archive.</param>
/// <param name="TraceParent">The span that the spans of its pictures belong to, as a <c>traceparent</c>; null without tracing.</param>
/// <param name="RejectedOf">The job of which it colours the rejected pictures again; null for the pictures of the archive.</param>
/// <param name="Codec">What reads the pictures' pixels.</param>
/// <param name="MaxMegapixels">Pictures of more are refused.</param>
/// <param name="WithDistribution">Whether the network's distributions over the colours of a single picture are kept beside its result, so
/// that it can be read with other temperatures and rebalances.</param>
/// <param name="AllFrames">Whether each frame of an animation (GIF, WebP) is coloured, instead of the first one only.</param>
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
    BlockerPolicy OnBlocker = BlockerPolicy.Wait,
    PicturePolicy Toned = PicturePolicy.Colorize,
    PicturePolicy Doubtful = PicturePolicy.List,
    bool Salvage = false,
    bool IncludeHidden = false,
    string? TraceParent = null,
    JobId? RejectedOf = null,
    CodecChoice Codec = CodecChoice.Auto,
    int MaxMegapixels = JobSpecification.UsualMegapixels,
    bool WithDistribution = false,
    bool AllFrames = false
)
{
    /// <summary>Name of the file of distributions in the folder of results.</summary>
    public const string DistributionFile = "distribution.safetensors";

    /// <summary>The limit of pictures where no other is chosen, in millions of pixels.</summary>
    public const int UsualMegapixels = 200;

    /// <summary>Everything that changes a result's bytes, in one short text: two runs with equal keys give equal results.</summary>
    public string ResultKey =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"model={ModelHash};t={Temperature:R};rebalance={Rebalance:R};flip={(FlipAverage ? 1 : 0)}"
                + $";strength={Strength:R};saturation={Saturation:R};side={NetworkSide};q={JpegQuality}"
                + $"{(Codec == CodecChoice.Auto ? "" : $";codec={Codec}")}{(AllFrames ? ";frames=all" : "")}"
        );
}
