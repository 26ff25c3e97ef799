using SkiaSharp;

namespace ActorColorize.Imaging.Scenes;

/// <summary>
/// Takes the colours out of a scene and keeps its luminance: relative luminance Y of the linear light (Rec. 709 weights, as in the sRGB
/// standard
/// IEC 61966-2-1), coded with the sRGB curve again. So the grey picture has the CIE lightness of the coloured one, which a weighted sum of
/// coded
/// values has not.
/// </summary>
internal static class Grey
{
    private const int CurveSteps = 4095;
    private static readonly double[] Linear = [.. Enumerable.Range(0, 256).Select(code => ToLinear(code / 255.0))];
    private static readonly byte[] Coded =
    [
        .. Enumerable.Range(0, CurveSteps + 1).Select(step => (byte)Math.Round(255 * ToCoded((double)step / CurveSteps))),
    ];

    /// <summary>Makes the grey picture.</summary>
    /// <param name="colour">An opaque RGBA picture with 8 bits per channel.</param>
    /// <returns>A picture with one 8-bit channel; the caller disposes it.</returns>
    public static SKBitmap Of(SKBitmap colour)
    {
        var grey = new SKBitmap(new SKImageInfo(colour.Width, colour.Height, SKColorType.Gray8, SKAlphaType.Opaque));
        var source = colour.GetPixelSpan();
        var target = grey.GetPixelSpan();
        for (var y = 0; y < colour.Height; y++)
        {
            var from = source.Slice(y * colour.RowBytes, colour.Width * 4);
            var to = target.Slice(y * grey.RowBytes, colour.Width);
            for (var x = 0; x < to.Length; x++)
            {
                var luminance =
                    (0.2126 * Linear[from[4 * x]]) + (0.7152 * Linear[from[(4 * x) + 1]]) + (0.0722 * Linear[from[(4 * x) + 2]]);
                to[x] = Coded[(int)Math.Round(luminance * CurveSteps)];
            }
        }

        return grey;
    }

    private static double ToLinear(double code) => code <= 0.04045 ? code / 12.92 : Math.Pow((code + 0.055) / 1.055, 2.4);

    private static double ToCoded(double linear) => linear <= 0.0031308 ? linear * 12.92 : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;
}
