namespace ActorColorize.Imaging.Archives;

/// <summary>
/// A small sRGB version of an archive picture, upright, on white where it is transparent: what the network sees, and the guide for
/// enlarging its colours.
/// </summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Rgb_HWC">Height × Width × 3 bytes, red green blue.</param>
/// <param name="IsMonochrome">Whether it is grey or of a single tint, see <see cref="Training.Monochrome"/>.</param>
public sealed record Thumbnail(int Width, int Height, byte[] Rgb_HWC, bool IsMonochrome);
