using System.Runtime.InteropServices;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// The size at which the network sees a picture. Sizes come from a small set of shapes, so that different pictures fit into one batch; the
/// picture is stretched by a few percent to fit.
/// </summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ThumbnailSize(int Width, int Height)
{
    /// <summary>Sides are multiples of this, which the network's strides need.</summary>
    public const int Multiple = 16;

    /// <summary>
    /// Width by height of the landscape shapes; each has its portrait twin. Common formats of film and sensors are near one: 4:3, 3:2,
    /// 16:9. Wider panoramas are squeezed into 4:1.
    /// </summary>
    private static readonly double[] Shapes = [1, 4.0 / 3, 3.0 / 2, 16.0 / 9, 5.0 / 2, 4];

    /// <summary>The size for a picture.</summary>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">Its height.</param>
    /// <param name="side">The network's nominal side: the result has about side² pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1, or a side below <see cref="Multiple"/>.</exception>
    public static ThumbnailSize For(int width, int height, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, Multiple);
        var aspect = (double)Math.Max(width, height) / Math.Min(width, height);
        var shape = Shapes.MinBy(shape => Math.Abs(Math.Log(aspect / shape)));
        var longer = ToMultiple(side * Math.Sqrt(shape));
        var shorter = ToMultiple(side / Math.Sqrt(shape));
        return width >= height ? new ThumbnailSize(longer, shorter) : new ThumbnailSize(shorter, longer);
    }

    private static int ToMultiple(double length) =>
        Math.Max(Multiple, (int)Math.Round(length / Multiple, MidpointRounding.AwayFromZero) * Multiple);
}
