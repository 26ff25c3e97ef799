namespace ActorColorize.Imaging.Archives;

/// <summary>A picture that was written.</summary>
/// <param name="Sha256">SHA-256 of the file, hexadecimal, lower case.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="MeanChroma">Mean of √(a² + b²) of its pixels after the colours were fitted into sRGB, on a grid of at most 16,384 of them.
/// Near 0 means that the picture stayed grey.</param>
public sealed record RecomposedPicture(string Sha256, long Bytes, double MeanChroma);
