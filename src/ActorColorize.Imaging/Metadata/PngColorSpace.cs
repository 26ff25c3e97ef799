using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Metadata;

/// <summary>What a PNG without a profile says about its colours: cICP, or gAMA and cHRM.</summary>
/// <param name="Gamma">The exponent that turned light into the stored values; null: sRGB's curve.</param>
/// <param name="Primaries">Its primaries; null: sRGB's.</param>
/// <param name="Note">What cannot be followed, one line; null if nothing.</param>
internal sealed record PngColorSpace(double? Gamma, RgbPrimaries? Primaries, string? Note = null)
{
    /// <summary>sRGB.</summary>
    public static PngColorSpace Srgb { get; } = new(null, null);

    /// <summary>By the code points of a cICP chunk (ITU-T H.273): primaries, transfer, matrix, range.</summary>
    public static PngColorSpace OfCodes(ReadOnlySpan<byte> codes)
    {
        const int linear = 8,
            gamma22 = 4,
            gamma28 = 5,
            perceptualQuantizer = 16,
            hybridLogGamma = 18;
        if (codes is not [var primaries, var transfer, 0, 1])
            return Srgb with { Note = "its cICP chunk is not one of full-range RGB; the picture was taken as sRGB" };
        if (transfer is perceptualQuantizer or hybridLogGamma)
            return Srgb with { Note = "its values have a high dynamic range (cICP); they were taken as sRGB" };
        double? gamma = transfer switch
        {
            linear => 1,
            gamma22 => 1 / 2.2,
            gamma28 => 1 / 2.8,
            _ => null,
        };
        return new PngColorSpace(gamma, Usable(RgbPrimaries.OfCode(primaries)));
    }

    /// <summary>The primaries if they are possible and differ from sRGB's.</summary>
    public static RgbPrimaries? Usable(RgbPrimaries? primaries) => primaries is { IsValid: true, IsSrgb: false } ? primaries : null;
}
