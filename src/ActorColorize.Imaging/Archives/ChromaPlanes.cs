using ActorColorize.Imaging.Color;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>The blue and the red difference (Cb and Cr of YCbCr) of a picture, in memory.</summary>
/// <remarks>Source: ITU T.871, section 7.</remarks>
/// <param name="width">Width of the picture in pixels.</param>
/// <param name="height">Height of the picture in pixels.</param>
internal sealed class ChromaPlanes(int width, int height) : IDisposable
{
    private readonly NativePixels cbPlane = new(width, height, 1, isWide: false);
    private readonly NativePixels crPlane = new(width, height, 1, isWide: false);

    /// <summary>The blue difference, a picture of one channel in this memory.</summary>
    public Image Cb => cbPlane.ToImage();

    /// <summary>The red difference, a picture of one channel in this memory.</summary>
    public Image Cr => crPlane.ToImage();

    /// <summary>Sets a row.</summary>
    /// <param name="y">Which row it is.</param>
    /// <param name="red">Red of its pixels, as indices of <see cref="SrgbCurve.EncodedBytes"/>.</param>
    /// <param name="green">Green.</param>
    /// <param name="blue">Blue.</param>
    public void Set(int y, ReadOnlySpan<int> red, ReadOnlySpan<int> green, ReadOnlySpan<int> blue)
    {
        // Fractions of 65536; half of one less is added than for rounding, so that 255.5 does not become 256.
        const int middle = (128 << 16) + (1 << 15) - 1;
        ReadOnlySpan<byte> encoded = SrgbCurve.EncodedBytes;
        var cb = cbPlane.Row<byte>(y);
        var cr = crPlane.Row<byte>(y)[..cb.Length];
        for (var x = 0; x < cb.Length && x < red.Length && x < green.Length && x < blue.Length; x++)
        {
            int r = encoded[red[x]],
                g = encoded[green[x]],
                b = encoded[blue[x]];
            cb[x] = (byte)((middle - (11059 * r) - (21709 * g) + (32768 * b)) >> 16);
            cr[x] = (byte)((middle + (32768 * r) - (27439 * g) - (5329 * b)) >> 16);
        }
    }

    public void Dispose()
    {
        cbPlane.Dispose();
        crPlane.Dispose();
    }
}
