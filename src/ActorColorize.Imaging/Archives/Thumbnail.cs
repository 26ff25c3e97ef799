using ActorColorize.Imaging.Tones;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// A small sRGB version of an archive picture, upright, on white where it is transparent: what the network sees, and the guide for
/// enlarging its colours.
/// </summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Rgb_HWC">Height × Width × 3 bytes, red green blue.</param>
public sealed record Thumbnail(int Width, int Height, byte[] Rgb_HWC)
{
    /// <summary>Whether it is monochrome, toned, or in colour.</summary>
    public PictureTone Tone() => ToneRule.Of(Rgb_HWC, Width, Height);
}
