using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>The blue and the red difference (Cb and Cr of YCbCr) of a picture, in memory.</summary>
/// <remarks>Source: ITU T.871, section 7.</remarks>
/// <param name="width">Width of the picture in pixels.</param>
/// <param name="height">Height of the picture in pixels.</param>
internal sealed class ChromaPlanes(int width, int height) : IDisposable
{
    private readonly NativePixels blue = new(width, height, 1, isWide: false);
    private readonly NativePixels red = new(width, height, 1, isWide: false);

    /// <summary>The blue difference, a picture of one channel in this memory.</summary>
    public Image Cb => blue.ToImage();

    /// <summary>The red difference, a picture of one channel in this memory.</summary>
    public Image Cr => red.ToImage();

    /// <summary>Adds rows of the picture.</summary>
    /// <param name="pixels">The rows: sRGB of 8 bits, three channels.</param>
    /// <param name="top">Which row the first of them is.</param>
    public void Add(NativePixels pixels, int top)
    {
        for (var y = 0; y < pixels.Height; y++)
            Convert(pixels.Row<byte>(y), blue.Row<byte>(top + y), red.Row<byte>(top + y));
    }

    public void Dispose()
    {
        blue.Dispose();
        red.Dispose();
    }

    private static void Convert(ReadOnlySpan<byte> rgb, Span<byte> cb, Span<byte> cr)
    {
        // Fractions of 65536; half of one less is added than for rounding, so that 255.5 does not become 256.
        const int middle = (128 << 16) + (1 << 15) - 1;
        for (int x = 0, i = 0; x < cb.Length && x < cr.Length && i + 2 < rgb.Length; x++, i += 3)
        {
            int r = rgb[i],
                g = rgb[i + 1],
                b = rgb[i + 2];
            cb[x] = (byte)((middle - (11059 * r) - (21709 * g) + (32768 * b)) >> 16);
            cr[x] = (byte)((middle + (32768 * r) - (27439 * g) - (5329 * b)) >> 16);
        }
    }
}
